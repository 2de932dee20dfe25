# What lavaan, survey and plain regressions say of the numbers in tests/rsquared and tests/explain
# about order, measurement error, curves, levels and steps. All data are made here or come with R packages.
#
#   Rscript tests/reference/explained.R    (in the repository)
#
suppressMessages({ library(lavaan); library(survey); library(psych) })
here <- "tests/reference/"
save <- function(x, name) write.csv(x, paste0(here, name, ".csv"), row.names = FALSE, quote = FALSE)

# --- order: a path model, one column a layer; shares of Var(y) of all paths and of the direct one
set.seed(41)
n <- 200
age <- rnorm(n); trust <- .4 * age + rnorm(n); bonds <- .5 * trust - .2 * age + rnorm(n)
loyalty <- .2 * age + .3 * bonds + .25 * trust + rnorm(n)
d <- round(data.frame(age, trust, bonds, loyalty), 3)
save(d, "order_data")
fit <- sem("trust ~ a*age
            bonds ~ b1*trust + b2*age
            loyalty ~ c1*bonds + c2*trust + c3*age
            total_age := c3 + a*c2 + b2*c1 + a*b1*c1
            total_trust := c2 + b1*c1", d)
v <- parameterEstimates(fit); at <- function(lab) v$est[v$label == lab]
own <- function(x) v$est[v$lhs == x & v$op == "~~" & v$rhs == x]
vy <- var(d$loyalty) * (n - 1) / n
total <- c(at("total_age")^2 * own("age"), at("total_trust")^2 * own("trust"), at("c1")^2 * own("bonds")) / vy
direct <- c(at("c3")^2 * own("age"), at("c2")^2 * own("trust"), at("c1")^2 * own("bonds")) / vy
save(data.frame(layer = c("age", "trust", "bonds"), total = sprintf("%.12g", total), direct = sprintf("%.12g", direct)), "order")

# --- error-free: one indicator a latent variable, its error variance fixed by lavaan's omega
omega <- function(items) {
  f <- cfa(paste("f =~", paste(names(items), collapse = " + ")), items, std.lv = TRUE)
  e <- lavInspect(f, "est"); sum(e$lambda)^2 / (sum(e$lambda)^2 + sum(diag(e$theta)))
}
latent <- function(scales, outcome, data) {
  rho <- sapply(scales, function(i) omega(data[i]))
  z <- as.data.frame(lapply(scales, function(i) rowMeans(data[i])))
  vars <- sapply(z, function(x) mean((x - mean(x))^2))
  pred <- setdiff(names(scales), outcome)
  rows <- NULL
  for (s in 1:(2^length(pred) - 1)) {
    use <- pred[bitwAnd(s, 2^(seq_along(pred) - 1)) > 0]; all <- c(use, outcome)
    model <- c(sprintf("L_%s =~ 1*%s", all, all), sprintf("%s ~~ %.12f*%s", all, (1 - rho[all]) * vars[all], all),
               sprintf("L_%s ~ %s", outcome, paste0("L_", use, collapse = " + ")))
    f <- sem(paste(model, collapse = "\n"), z)
    rows <- rbind(rows, data.frame(subset = s, r2 = sprintf("%.10f", lavInspect(f, "r2")[paste0("L_", outcome)])))
  }
  list(rows = rows, rho = data.frame(scale = names(rho), omega = sprintf("%.10f", rho)))
}
hs <- HolzingerSwineford1939[, paste0("x", 1:9)]
pd <- PoliticalDemocracy
big <- na.omit(bfi[, c("A2", "A3", "A4", "A5", "C1", "C2", "C3", "E3", "E4", "E5", "N1", "N2", "N3")])[1:600, ]
save(big, "error_free_bfi"); save(round(pd, 6), "error_free_democracy")
sets <- list(
  holzinger = latent(list(visual = paste0("x", 1:3), textual = paste0("x", 4:6), speed = paste0("x", 7:9)), "speed", round(hs, 7)),
  democracy = latent(list(industry = paste0("x", 1:3), before = paste0("y", 1:4), after = paste0("y", 5:8)), "after", round(pd, 6)),
  bfi = latent(list(agree = paste0("A", 2:5), conscience = paste0("C", 1:3), nervous = paste0("N", 1:3), outgoing = paste0("E", 3:5)), "outgoing", big))
save(do.call(rbind, lapply(names(sets), function(s) cbind(data = s, sets[[s]]$rows))), "error_free_r2")
save(do.call(rbind, lapply(names(sets), function(s) cbind(data = s, sets[[s]]$rho))), "error_free_omega")

# --- steps under designs, levels and curves on the schools of package survey
data(api)
clus <- apiclus1[, c("api00", "ell", "meals", "mobility", "pw", "dnum")]
clus$pw <- round(clus$pw, 9)
strat <- apistrat[, c("api00", "ell", "emer", "meals", "pw", "stype")]; strat$stype <- as.integer(strat$stype); strat$pw <- round(strat$pw, 9)
save(clus, "steps_clusters"); save(strat, "steps_weights")
wald <- function(design, terms) {
  rows <- NULL
  for (i in seq_along(terms)) {
    m <- svyglm(as.formula(paste("api00 ~", paste(unlist(terms[1:i]), collapse = " + "))), design)
    t <- regTermTest(m, as.formula(paste("~", paste(terms[[i]], collapse = " + "))))
    rows <- rbind(rows, data.frame(step = i, f = sprintf("%.10g", t$Ftest), df1 = t$df, df2 = t$ddf, p = sprintf("%.10g", t$p)))
  }
  rows
}
strat$one <- 1
designs <- list(
  clusters = wald(svydesign(id = ~dnum, weights = ~pw, data = clus), list("ell", c("meals", "mobility"))),
  weights = wald(svydesign(id = ~1, weights = ~pw, data = strat), list("ell", "emer")),
  strata = wald(svydesign(id = ~1, weights = ~pw, strata = ~stype, data = strat), list(c("ell", "meals"), "emer")))
save(do.call(rbind, lapply(names(designs), function(s) cbind(design = s, designs[[s]]))), "steps")

r2 <- function(f, d, w = NULL) { environment(f) <- environment(); summary(lm(f, d, weights = w))$r.squared }
inside <- as.data.frame(lapply(clus[c("api00", "ell", "meals", "mobility")], function(x) x - ave(x, clus$dnum)))
means <- aggregate(clus[c("api00", "ell", "meals", "mobility")], clus["dnum"], mean); size <- as.vector(table(clus$dnum))
aov1 <- anova(lm(api00 ~ factor(dnum), clus)); J <- length(size); n <- nrow(clus); n0 <- (n - sum(size^2) / n) / (J - 1)
msb <- aov1[1, 3]; msw <- aov1[2, 3]; icc <- function(f) (f - 1) / (f - 1 + n0); F <- msb / msw
save(data.frame(
  what = c("within ell", "within meals+mobility", "within all", "between ell", "between meals+mobility", "between all", "icc", "icc_low", "icc_high"),
  value = sprintf("%.12g", c(r2(api00 ~ ell, inside), r2(api00 ~ meals + mobility, inside), r2(api00 ~ ., inside),
    r2(api00 ~ ell, means, size), r2(api00 ~ meals + mobility, means, size), r2(api00 ~ ell + meals + mobility, means, size),
    icc(F), icc(F / qf(.975, J - 1, n - J)), icc(F / qf(.025, J - 1, n - J))))), "levels")

z <- function(x) (x - mean(x)) / sqrt(mean((x - mean(x))^2))
s <- data.frame(y = strat$api00, a = z(strat$ell), b = z(strat$emer), high = +(strat$stype == 2), mid = +(strat$stype == 3))
k <- function(x) pmax(x - median(x), 0)^3
curve <- list(ell = "a + I(a^2) + I(a^3) + k(a)", emer = "b + I(b^2) + I(b^3) + k(b)", kind = "high + mid")
cross <- list("1" = "", "2" = "", "3" = "+ a:b", "4" = "", "5" = "+ a:(high + mid)", "6" = "+ b:(high + mid)", "7" = "+ a:b + (a + b):(high + mid)")
rows <- NULL
for (i in 1:7) {
  use <- curve[bitwAnd(i, c(1, 2, 4)) > 0]
  m <- lm(as.formula(paste("y ~", paste(unlist(use), collapse = " + "), cross[[as.character(i)]])), s)
  rows <- rbind(rows, data.frame(subset = i, r2 = sprintf("%.12g", summary(m)$r.squared), columns = m$rank - 1))
}
save(rows, "curved")
writeLines(c(R.version.string, sapply(c("lavaan", "survey", "psych"), function(p) paste(p, packageVersion(p)))), paste0(here, "explained_versions.txt"))

# --- steps with missing answers: full information ML of the raw rows, robust standard errors
rows <- read.csv(paste0(here, "incomplete_data.csv"))
z <- sapply(list("y ~ a1", "y ~ b1 + a1"), function(m)
  parameterEstimates(sem(m, rows, missing = "fiml.x", se = "robust.huber.white"))$z[1])
save(data.frame(block = c("a", "b"), z = sprintf("%.6f", abs(z))), "steps_fiml")

# --- an outcome of eleven ordered values
suppressMessages(library(MASS))
d$recommend <- findInterval(d$loyalty + .3 * d$trust, c(-2.2, -1.6, -1.1, -.7, -.35, 0, .35, .7, 1.1, 1.7))
save(d, "order_data")
ll <- sapply(c("age", "trust", "age + trust"), function(x)
  as.numeric(logLik(polr(as.formula(paste("factor(recommend) ~", x)), d, control = list(reltol = 1e-14, maxit = 1000)))))
save(data.frame(subset = 1:3, loglik = sprintf("%.9f", ll)), "eleven_values")
