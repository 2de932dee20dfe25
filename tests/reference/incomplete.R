# Saturated FIML mean and covariance (lavaan), and the pooling of R² (mice), on data with gaps.
# Run: Rscript tests/reference/incomplete.R tests/reference
suppressMessages({library(lavaan); library(mice)})
out <- commandArgs(trailingOnly = TRUE)[1]
set.seed(20)
n <- 240
f <- rnorm(n); g <- rnorm(n)
x <- data.frame(a1 = f + rnorm(n), a2 = f + rnorm(n), b1 = g + .4 * f + rnorm(n), b2 = g + rnorm(n),
                c1 = rnorm(n))
x$y <- .5 * f + .3 * g + rnorm(n)
x <- round(3 + x, 3)
gap <- plogis(-2 + .8 * (x$c1 - 3))   # c1 is always answered: missing at random
for (v in c("a1", "a2", "b1", "b2", "y")) x[[v]][runif(n) < gap] <- NA
x$a1[1:3] <- x$a2[1:3] <- x$b1[1:3] <- NA
write.csv(x, file.path(out, "incomplete_data.csv"), row.names = FALSE, quote = FALSE)
v <- names(x)
model <- paste(unlist(lapply(seq_along(v), function(i) paste(v[i], "~~", v[i:length(v)]))),
               collapse = "\n")
model <- paste(model, paste(v, "~ 1", collapse = "\n"), sep = "\n")
fit <- lavaan(model, x, missing = "ml", em.h1.tol = 1e-12, em.h1.iter.max = 10000,
              control = list(rel.tol = 1e-14, iter.max = 10000))
h1 <- lavInspect(fit, "sampstat")   # EM by lavaan
im <- lavInspect(fit, "implied")    # the optimiser's saturated model
rows <- data.frame(first = character(), second = character(), em = numeric(), ml = numeric())
for (i in v) rows <- rbind(rows, data.frame(first = i, second = "", em = h1$mean[i], ml = im$mean[i]))
for (i in v) for (j in v) rows <- rbind(rows, data.frame(first = i, second = j, em = h1$cov[i, j],
                                                          ml = im$cov[i, j]))
write.csv(format(rows, digits = 15, trim = TRUE), file.path(out, "incomplete_moments.csv"),
          row.names = FALSE, quote = FALSE)
# multiple imputation: 200 tables, so that the noise of the number of tables is small
imp <- mice(x, m = 200, method = "norm", maxit = 20, seed = 7, printFlag = FALSE)
models <- list(all = y ~ a1 + a2 + b1 + b2 + c1, a = y ~ a1 + a2, b = y ~ b1 + b2, c = y ~ c1,
               ab = y ~ a1 + a2 + b1 + b2)
pooled <- NULL; each <- NULL
for (name in names(models)) {
  f <- models[[name]]
  fits <- lapply(1:200, function(d) lm(f, complete(imp, d)))
  r2 <- sapply(fits, function(m) summary(m)$r.squared)
  p <- pool.r.squared(as.mira(fits))
  pooled <- rbind(pooled, data.frame(model = name, est = p[1], low = p[2], high = p[3],
                                     sd_z = sd(atanh(sqrt(r2)))))
  each <- rbind(each, data.frame(model = name, table = 1:200, r2))
}
write.csv(format(pooled, digits = 15, trim = TRUE), file.path(out, "incomplete_pooled.csv"),
          row.names = FALSE, quote = FALSE)
write.csv(format(each, digits = 15, trim = TRUE), file.path(out, "incomplete_r2.csv"),
          row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste("lavaan", packageVersion("lavaan")),
             paste("mice", packageVersion("mice"))), file.path(out, "incomplete_versions.txt"))
