# Jackknife errors of alone, unique, dominance, conditional dominance and commonality by boot's
# empirical influence values, every subset of blocks refitted by lm without each row; and the
# limits of explained_interval by uniroot over pchisq. Run in tests/reference; writes estimates.csv.
library(boot)

cars <- read.csv("relative_mtcars.csv")
blocks <- list(c("cyl", "disp", "hp"), c("wt", "qsec"), c("am", "gear", "carb"))
k <- length(blocks)
bits <- function(s) which(bitwAnd(s, 2^(0:(k - 1))) > 0)
r2 <- function(rows) sapply(0:(2^k - 1), function(s) {
  x <- unlist(blocks[bits(s)])
  if (!length(x)) return(0)
  summary(lm(reformulate(x, "mpg"), rows))$r.squared
})
added <- function(v, j, s) v[bitwOr(s, 2^(j - 1)) + 1] - v[s + 1]
others <- function(j) Filter(function(s) !(j %in% bits(s)), 0:(2^k - 1))
full <- 2^k - 1
# what exactly the blocks of t share, by inclusion and exclusion over its subsets
common <- function(v, t) {
  inside <- Filter(function(s) bitwAnd(s, t) == s, 0:full)
  sum(sapply(inside, function(s) (-1)^(length(bits(s)) + 1) * v[bitwAnd(full, bitwNot(t)) + s + 1]))
}
statistic <- function(v) c(
  alone = sapply(1:k, function(j) v[2^(j - 1) + 1]),
  unique = sapply(1:k, function(j) v[full + 1] - v[full - 2^(j - 1) + 1]),
  dominance = sapply(1:k, function(j) mean(sapply(0:(k - 1), function(size)
    mean(sapply(Filter(function(s) length(bits(s)) == size, others(j)), function(s) added(v, j, s)))))),
  conditional = sapply(1:k, function(j)
    mean(sapply(Filter(function(s) length(bits(s)) == 1, others(j)), function(s) added(v, j, s)))),
  common = sapply(1:full, function(t) common(v, t))
)
estimate <- statistic(r2(cars))
n <- nrow(cars)
influence <- sapply(seq_along(estimate), function(i)
  empinf(data = cars, statistic = function(d, rows) statistic(r2(d[rows, ]))[i], type = "jack", stype = "i"))
se <- sqrt(apply(influence, 2, var) / n)
bias <- -colMeans(influence)
write.csv(data.frame(what = sub("[0-9]+$", "", names(estimate)), estimate, se, bias),
          "estimates.csv", row.names = FALSE)

# limits at large degrees of freedom, where no widening by Student's t is left
limits <- function(theta, se, bias, q) {
  kappa <- se^2 / (4 * theta)
  nu <- max(q, bias / kappa)
  at <- function(theta, floor, tail) {
    s <- sqrt(kappa) / (1 - theta)
    value <- max((atanh(sqrt(theta)) / s)^2, floor)
    gap <- function(ncp) pchisq(value, nu, ncp) - tail
    if (gap(0) < 0) return(0)
    tanh(s * sqrt(uniroot(gap, c(0, 5 * value + 100), tol = 1e-12)$root))^2
  }
  c(at(theta, 0, 0.975), at(theta + max(0, nu * kappa - bias), nu, 0.025))
}
cases <- expand.grid(theta = c(0.01, 0.05, 0.3), se = c(0.01, 0.04), bias = c(0.002, 0.01), q = c(1, 4))
found <- t(mapply(limits, cases$theta, cases$se, cases$bias, cases$q))
write.csv(cbind(cases, low = found[, 1], high = found[, 2]), "estimates_limits.csv", row.names = FALSE)
writeLines(c(R.version.string, paste("boot", packageVersion("boot"))), "estimates_versions.txt")
