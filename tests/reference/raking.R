# Raking and its replicates with the survey package, on an invented sample of 240 in 24 clusters and 3 strata.
# Run: Rscript tests/reference/raking.R tests/reference
suppressMessages(library(survey))
dir <- commandArgs(trailingOnly = TRUE)[1]
set.seed(15); n <- 240
d <- data.frame(stratum = rep(1:3, each = 80), cluster = rep(1:24, each = 10))
d$gender <- sample(1:2, n, TRUE, c(.65, .35))
d$age <- sample(18:85, n, TRUE)
d$education <- sample(1:3, n, TRUE, c(.2, .5, .3))
d$w <- sample(c(0.5, 1, 1.5, 2), n, TRUE)
d$a <- sample(1:5, n, TRUE); d$b <- sample(1:5, n, TRUE)
latent <- 0.5 * d$a + 0.2 * d$b + 0.03 * d$age + 0.6 * d$gender + 0.4 * d$education + rnorm(n) + rep(rnorm(24), each = 10) / 3
d$y <- as.numeric(cut(latent, quantile(latent, c(0, .1, .3, .6, .85, 1)), include.lowest = TRUE))
for (j in 1:3) d[[paste0("t", j)]] <- pmin(pmax(round(d$a + rnorm(n)), 1), 5)
d$b[c(5, 44, 101, 187)] <- NA                    # not in the comparison, but in the sample
d$education[c(9, 10, 33, 77, 140, 200)] <- NA    # no answer to a variable with a margin
write.csv(d, file.path(dir, "raking_data.csv"), row.names = FALSE, na = "")

d$band <- cut(d$age, c(17, 34, 54, 120), labels = c("18-34", "35-54", "55-"))
none <- is.na(d$education)
d$level <- factor(ifelse(none, "none", d$education))
shares <- list(gender = c("1" = .51, "2" = .49), band = c("18-34" = .28, "35-54" = .34, "55-" = .38),
  level = c("1" = .25, "2" = .42, "3" = .33))

# the margins' sums of weights; people without an answer keep their share by base weights
totals <- function(base, answered_only) {
  table <- function(name, p) setNames(data.frame(names(p), as.numeric(p) * n), c(name, "Freq"))
  silent <- if (answered_only) 0 else sum(base[none]) / sum(base)
  level <- c(shares$level * (1 - silent), if (!answered_only) c(none = silent))
  list(table("gender", shares$gender), table("band", shares$band), table("level", level))
}
control <- list(maxit = 5000, epsilon = 1e-13)
raked <- function(base, data, answered_only) {
  design <- svydesign(~1, weights = base, data = data)
  weights(rake(design, list(~gender, ~band, ~level), totals(base, answered_only), control))
}
r2 <- function(w, data) { data$w <- w; data <- data[!is.na(data$b), ]; summary(lm(y ~ a + b + age, data, weights = w))$r.squared }
slope <- function(w, data) { data$w <- w; coef(lm(y ~ a + b + age, data, weights = w))[["a"]] }
alpha <- function(w, data) {
  s <- cov.wt(data[c("t1", "t2", "t3")], w, method = "ML")$cov
  3 / 2 * (1 - sum(diag(s)) / sum(s))
}
figures <- function(w, data) {
  yes <- data$y >= 4; first <- data$gender == 1
  c(mean = weighted.mean(data$y, w), share = weighted.mean(yes, w), age = weighted.mean(data$age, w),
    difference = weighted.mean(data$y[first], w[first]) - weighted.mean(data$y[!first], w[!first]),
    slope = slope(w, data), r2 = r2(w, data), alpha = alpha(w, data))
}
designs <- list(
  rows = list(type = "JK1", ids = ~1, strata = NULL, weights = ~one),
  weighted = list(type = "JK1", ids = ~1, strata = NULL, weights = ~w),
  clusters = list(type = "JK1", ids = ~cluster, strata = NULL, weights = ~w),
  strata = list(type = "JKn", ids = ~cluster, strata = ~stratum, weights = ~w))
d$one <- 1
out <- list()
for (name in names(designs)) for (answered_only in c(TRUE, FALSE)) {
  if (answered_only && name != "rows") next       # people without an answer left out of the sample
  data <- if (answered_only) droplevels(d[!none, ]) else d
  n <- nrow(data); whole_none <- none; if (answered_only) none <- none[!none]
  asked <- designs[[name]]
  base <- svydesign(asked$ids, strata = asked$strata, weights = asked$weights, data = data)
  replicates <- weights(as.svrepdesign(base, type = asked$type, compress = FALSE), "analysis")
  full <- figures(raked(weights(base), data, answered_only), data)
  parts <- apply(replicates, 2, function(w) {
    kept <- w > 0; total <- rep(0, n); silent <- none; none <<- none[kept]
    total[kept] <- raked(w[kept], data[kept, ], answered_only); none <<- silent
    figures(total, data)
  })
  at <- if (is.null(asked$strata)) rep(1, ncol(parts)) else unique(data[c("cluster", "stratum")])$stratum
  v <- 0
  for (h in unique(at)) { p <- parts[, at == h]; m <- ncol(p); v <- v + (m - 1) / m * rowSums((p - rowMeans(p))^2) }
  out[[length(out) + 1]] <- data.frame(design = name, answered_only, figure = names(full),
    estimate = format(full, digits = 15), se = format(sqrt(v), digits = 15))
  if (answered_only) {                            # survey's own: rake() and calibrate() of all replicates
    own <- rake(as.svrepdesign(base, type = "JK1"), list(~gender, ~band, ~level), totals(weights(base), TRUE), control)
    fit <- svyglm(y ~ a + b + age, own)
    se <- c(SE(svymean(~y, own)), SE(svymean(~age, own)), SE(fit)["a"])
    out[[length(out) + 1]] <- data.frame(design = "survey", answered_only, figure = c("mean", "age", "slope"),
      estimate = format(c(coef(svymean(~y, own)), coef(svymean(~age, own)), coef(fit)["a"]), digits = 15), se = format(se, digits = 15))
    # linearised: what is left of y after the margins, by weighted regression, each person left out
    w <- raked(weights(base), data, TRUE)
    data$raked <- w
    fit <- lm(y ~ factor(gender) + band + level, data, weights = raked)
    left <- residuals(fit) / (1 - hatvalues(fit))
    design <- svydesign(~1, weights = w, data = data)
    out[[length(out) + 1]] <- data.frame(design = "linearised", answered_only, figure = "mean",
      estimate = format(weighted.mean(data$y, w), digits = 15), se = format(as.numeric(SE(svytotal(left, design))) / sum(w), digits = 15))
    write.csv(data.frame(row = which(!whole_none), weight = format(w, digits = 15)), file.path(dir, "raking_weights.csv"), row.names = FALSE, quote = FALSE)
  }
  none <- whole_none; n <- nrow(d)
}
write.csv(do.call(rbind, out), file.path(dir, "raking.csv"), row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste("survey", packageVersion("survey"))), file.path(dir, "raking_versions.txt"))
