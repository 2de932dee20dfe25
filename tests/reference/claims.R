# Statistics behind the claims, on tests/reference/claims_data.csv (constructed, 240 rows).
# Run: Rscript tests/reference/claims.R tests/reference
suppressMessages(library(survival))
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
good <- d$moral_disapproval - 4
b <- coef(lm(z(loyalty) ~ pmin(good, 0) + pmax(good, 0), d))
out$bend <- abs(b[[2]]) - abs(b[[3]])
r <- d$contact_received - 4; w <- d$contact_wanted - 4
s <- coef(lm(z(d$loyalty) ~ r + w + I(r^2) + I(r * w) + I(w^2)))
out$surplus_slope <- s[[2]] - s[[3]] + s[[4]] - s[[5]] + s[[6]]
arm <- as.numeric(d$offer_arm == 2)
o <- coef(lm(z(d$better_offer) ~ arm * (z(d$calculative_commitment) + z(d$affective_commitment))))
out$slope_gap_under <- o[[5]] - o[[6]]
cost <- as.numeric(d$contact_arm %in% c(2, 4)); gain <- as.numeric(d$contact_arm %in% c(3, 4))
f <- coef(lm(z(d$contact_reaction) ~ cost + gain)); out$factorial_gap <- -f[[2]] - f[[3]]
cx <- coxph(Surv(churn_time, churn) ~ z(affective_commitment), d, ties = "efron")
out$hazard_ratio <- exp(coef(cx))[[1]]
ci <- exp(confint(cx)); out$hazard_low <- ci[1]; out$hazard_high <- ci[2]
p <- prop.test(sum(d$loyalty > 4), nrow(d), correct = FALSE)
out$share <- p$estimate[[1]]; out$share_low <- p$conf.int[1]; out$share_high <- p$conf.int[2]
engaged <- d$affective_commitment >= 5
keep <- engaged | d$satisfaction > 4
out$mean_ratio <- mean(d$spend[engaged]) / mean(d$spend[keep & !engaged])
logs <- d[keep, ]; e <- as.numeric(engaged[keep])
out$adjusted_ratio <- exp(coef(lm(log(spend) ~ e + log(category_spend), logs))[[2]])
write.csv(data.frame(name = names(out), value = format(unlist(out), digits = 15, trim = TRUE)),
  file.path(dir, "claims.csv"), row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste("survival", packageVersion("survival"))),
  file.path(dir, "claims_versions.txt"))
