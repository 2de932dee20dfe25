# Statistics behind the claims, on tests/reference/claims_data.csv (constructed, 240 rows).
# Run: Rscript tests/reference/claims.R tests/reference
suppressMessages({library(survival); library(mclust)})
dir <- commandArgs(trailingOnly = TRUE)[1]
d <- read.csv(file.path(dir, "claims_data.csv"))
z <- function(x) as.numeric(scale(x))
out <- list()
out$coefficient <- coef(lm(z(loyalty) ~ z(affective_commitment) + z(satisfaction), d))[[2]]
gap <- coef(lm(z(loyalty) ~ z(affective_commitment) + z(satisfaction), d))
out$coefficient_gap <- gap[[2]] - gap[[3]]
out$rank_coefficient <- cor(d$affective_commitment, d$recommend, method = "spearman")
i <- lm(z(loyalty) ~ z(perceived_relationship_investment) * z(relationship_wish), d)
out$interaction <- coef(i)[[4]]
out$simple_low <- coef(i)[[2]] - coef(i)[[4]]; out$simple_high <- coef(i)[[2]] + coef(i)[[4]]
good <- d$moral_disapproval - 4
b <- coef(lm(z(loyalty) ~ pmin(good, 0) + pmax(good, 0), d))
out$bend <- abs(b[[2]]) - abs(b[[3]]); out$bend_below <- b[[2]]; out$bend_above <- b[[3]]
r <- d$contact_received - 4; w <- d$contact_wanted - 4
s <- coef(lm(z(d$loyalty) ~ r + w + I(r^2) + I(r * w) + I(w^2)))
out$surplus_slope <- s[[2]] - s[[3]] + s[[4]] - s[[5]] + s[[6]]
out$incongruence_slope <- s[[2]] - s[[3]]; out$incongruence_curvature <- s[[4]] - s[[5]] + s[[6]]
arm <- as.numeric(d$offer_arm == 2)
o <- coef(lm(z(d$better_offer) ~ arm * (z(d$calculative_commitment) + z(d$affective_commitment))))
out$slope_gap_under <- o[[5]] - o[[6]]
cost <- as.numeric(d$contact_arm %in% c(2, 4)); gain <- as.numeric(d$contact_arm %in% c(3, 4))
f <- coef(lm(z(d$contact_reaction) ~ cost + gain)); out$factorial_gap <- -f[[2]] - f[[3]]
cx <- coxph(Surv(churn_time, churn) ~ z(affective_commitment), d, ties = "efron")
out$hazard_ratio <- exp(coef(cx))[[1]]
ci <- exp(confint(cx)); out$hazard_low <- ci[1]; out$hazard_high <- ci[2]
upper <- d$affective_commitment > median(d$affective_commitment)
still <- function(rows) summary(survfit(Surv(churn_time, churn) ~ 1, d[rows, ]), times = median(d$churn_time))$surv
out$still_upper <- still(upper); out$still_lower <- still(!upper)
# ceiling of the upper left corner (CE-FDH): the staircase of the highest outcome so far, step by step
x <- d$affective_commitment; y <- d$loyalty; levels <- sort(unique(x)); empty <- 0
for (k in seq_len(length(levels) - 1))
  empty <- empty + (levels[k + 1] - levels[k]) * (max(y) - max(y[x <= levels[k]]))
out$ceiling <- empty / (diff(range(x)) * diff(range(y)))
# latent classes against one factor, on normal scores of five columns
five <- c("affective_commitment", "satisfaction", "loyalty", "relationship_wish",
  "perceived_relationship_investment")
scores <- sapply(d[five], function(v) {
  q <- qnorm(rank(v) / (length(v) + 1)); (q - mean(q)) / sqrt(mean((q - mean(q))^2)) })
f1 <- factanal(scores, 1, control = list(opt = list(pgtol = 1e-10)), lower = 0.005)
implied <- tcrossprod(f1$loadings) + diag(f1$uniquenesses)
out$factor_12 <- implied[1, 2]; out$factor_13 <- implied[1, 3]; out$factor_23 <- implied[2, 3]
groups <- Mclust(scores, 2, modelNames = "VVI", verbose = FALSE)
out$classes_bic <- -groups$bic
adj <- function(f) summary(lm(f, d))$adj.r.squared
out$added_r2 <- adj(loyalty ~ affective_commitment + satisfaction) - adj(loyalty ~ satisfaction)
out$r2_gap <- adj(loyalty ~ affective_commitment) - adj(loyalty ~ satisfaction)
out$pair_gap <- adj(loyalty ~ affective_commitment + satisfaction) -
  adj(loyalty ~ affective_commitment + relationship_wish)
d$group <- as.numeric(d$offer_arm == 2)
out$differing_drivers <- adj(loyalty ~ group * (affective_commitment + calculative_commitment)) -
  adj(loyalty ~ group + affective_commitment + calculative_commitment)
out$group_gap <- coef(lm(z(contact_reaction) ~ I(contact_arm == 4), d))[[2]]
t <- t.test(d$affective_commitment, d$satisfaction, paired = TRUE)
out$mean_difference <- t$estimate[[1]]; out$mean_low <- t$conf.int[1]; out$mean_high <- t$conf.int[2]
p <- prop.test(sum(d$loyalty > 4), nrow(d), correct = FALSE)
out$share <- p$estimate[[1]]; out$share_low <- p$conf.int[1]; out$share_high <- p$conf.int[2]
engaged <- d$affective_commitment >= 5
keep <- engaged | d$satisfaction > 4
out$mean_ratio <- mean(d$spend[engaged]) / mean(d$spend[keep & !engaged])
logs <- d[keep, ]; e <- as.numeric(engaged[keep])
out$adjusted_ratio <- exp(coef(lm(log(spend) ~ e + log(category_spend), logs))[[2]])
write.csv(data.frame(name = names(out), value = format(unlist(out), digits = 15, trim = TRUE)),
  file.path(dir, "claims.csv"), row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste(c("survival", "mclust"), c(
  as.character(packageVersion("survival")), as.character(packageVersion("mclust"))))),
  file.path(dir, "claims_versions.txt"))
