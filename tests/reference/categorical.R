# Pseudo-R² of logit (glm) and proportional-odds (MASS::polr) models for every subset of blocks.
# Run: Rscript tests/reference/categorical.R tests/reference
suppressMessages(library(MASS))
out <- commandArgs(trailingOnly = TRUE)[1]
write <- function(x, name) write.csv(format(x, digits = 15, trim = TRUE), file.path(out, name),
                                     row.names = FALSE, quote = FALSE)
formulas <- function(y, blocks) {
  k <- length(blocks)
  lapply(0:(2^k - 1), function(s) {
    on <- unlist(blocks[bitwAnd(s, 2^(0:(k - 1))) > 0])
    reformulate(if (length(on)) on else "1", y)
  })
}
measures <- function(ll, l0, n, eta) {
  v <- mean((eta - mean(eta))^2)
  c(mcfadden = 1 - ll / l0,
    nagelkerke = (1 - exp(2 * (l0 - ll) / n)) / (1 - exp(2 * l0 / n)),
    mckelvey_zavoina = v / (v + pi^2 / 3))
}
# binary: low birth weight (MASS::birthwt)
b <- birthwt[c("low", "age", "lwt", "smoke", "ptl", "ht", "ui", "ftv")]
write.csv(b, file.path(out, "categorical_birthwt.csv"), row.names = FALSE, quote = FALSE)
blocks <- list(mother = c("age", "lwt"), habits = c("smoke", "ftv"), history = c("ptl", "ht", "ui"))
rows <- NULL
for (f in formulas("low", blocks)) {
  fit <- glm(f, binomial, b, control = glm.control(epsilon = 1e-15, maxit = 100))
  l0 <- as.numeric(logLik(update(fit, . ~ 1)))
  m <- measures(as.numeric(logLik(fit)), l0, nrow(b), predict(fit))
  tjur <- diff(tapply(fitted(fit), b$low, mean))
  rows <- rbind(rows, data.frame(subset = length(rows$subset), loglik = as.numeric(logLik(fit)),
                                 t(m), tjur = tjur))
}
write(rows, "categorical_binary.csv")
# ordinal: five values
set.seed(31); n <- 260
d <- data.frame(a1 = rnorm(n), a2 = rnorm(n), b1 = rnorm(n), c1 = rnorm(n), c2 = rbinom(n, 1, .3))
d$b1 <- d$b1 + .5 * d$a1
eta <- .7 * d$a1 + .4 * d$b1 + .5 * d$c2 + rlogis(n)
d$y <- findInterval(eta, c(-2, -.5, .6, 2.1)) + 1
d <- round(d, 4)
write.csv(d, file.path(out, "categorical_ordered.csv"), row.names = FALSE, quote = FALSE)
d$f <- factor(d$y, ordered = TRUE)
l0 <- sum(table(d$y) * log(table(d$y) / n))
blocks <- list(a = c("a1", "a2"), b = "b1", c = c("c1", "c2"))
rows <- NULL
for (f in formulas("f", blocks)) {
  s <- length(rows$subset)
  if (s == 0) { rows <- data.frame(subset = 0, loglik = l0, t(measures(l0, l0, n, rep(0, n)))); next }
  fit <- polr(f, d, control = list(reltol = 1e-16, maxit = 2000))
  rows <- rbind(rows, data.frame(subset = s, loglik = as.numeric(logLik(fit)),
    t(measures(as.numeric(logLik(fit)), l0, n, as.vector(model.matrix(f, d)[, -1, drop = FALSE] %*% coef(fit))))))
}
write(rows, "categorical_ordinal.csv")
# the example of MASS: satisfaction of householders, weighted by frequency
h <- housing
write.csv(h, file.path(out, "categorical_housing.csv"), row.names = FALSE, quote = FALSE)
fit <- polr(Sat ~ Infl + Type + Cont, weights = Freq, data = h,
            control = list(reltol = 1e-16, maxit = 2000))
write(data.frame(name = c(names(fit$zeta), names(coef(fit)), "deviance"),
                 value = c(fit$zeta, coef(fit), fit$deviance)), "categorical_housing_fit.csv")
writeLines(c(R.version.string, paste("MASS", packageVersion("MASS"))),
           file.path(out, "categorical_versions.txt"))
