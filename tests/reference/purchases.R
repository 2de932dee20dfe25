# An oracle for the NBD-Dirichlet fits: the likelihoods written out household by household in base R
# and handed to optim, on a table drawn here; and the aggregates of the toothpaste example by uniroot.
# Run in this folder: Rscript purchases.R
set.seed(20260101)
households <- 60; alpha <- c(a = 0.7, b = 0.4, c = 0.2)
n <- rnbinom(households, size = 0.9, mu = 5)
counts <- t(sapply(n, function(total) {
  liking <- rgamma(3, alpha)
  rmultinom(1, total, liking / sum(liking))
}))
colnames(counts) <- names(alpha)
write.csv(data.frame(household = seq_len(households), counts), "purchases_counts.csv", row.names = FALSE)

loglik_brands <- function(theta, counts) {
  a <- exp(theta); total <- rowSums(counts)
  sum(lgamma(sum(a)) - lgamma(sum(a) + total) +
      rowSums(lgamma(sweep(counts, 2, a, "+")) - rep(lgamma(a), each = nrow(counts))))
}
loglik_category <- function(theta, total, truncated) {
  l <- dnbinom(total, mu = exp(theta[1]), size = exp(theta[2]), log = TRUE)
  if (truncated) l <- l - log(1 - dnbinom(0, mu = exp(theta[1]), size = exp(theta[2])))
  sum(l)
}
climb <- function(start, f, ...) {
  best <- optim(start, function(x) -f(x, ...), method = "BFGS", hessian = TRUE,
                control = list(reltol = 1e-14, maxit = 1000))
  list(estimate = exp(best$par), error = sqrt(diag(solve(best$hessian))), covariance = solve(best$hessian))
}
total <- rowSums(counts); bought <- total > 0
brands <- climb(log(alpha), loglik_brands, counts = counts)
w <- brands$estimate / sum(brands$estimate)
rows <- data.frame(case = "counts", parameter = c(paste0("alpha_", names(alpha)), "S"),
                   estimate = c(brands$estimate, sum(brands$estimate)),
                   error_of_log = c(brands$error, sqrt(drop(t(w) %*% brands$covariance %*% w))))
for (truncated in c(FALSE, TRUE)) {
  fit <- climb(log(c(5, 1)), loglik_category, total = if (truncated) total[bought] else total,
               truncated = truncated)
  rows <- rbind(rows, data.frame(case = if (truncated) "truncated" else "with zeros",
                                 parameter = c("M", "K"), estimate = fit$estimate, error_of_log = fit$error))
}

pen <- 0.56; M <- pen * 2.6
K <- uniroot(function(k) k * log(1 + M / k) + log(1 - pen), c(1e-4, 50), tol = 1e-12)$root
share <- c(.25, .19, .10, .10, .09, .08, .03, .02); brand_pen <- c(.20, .17, .09, .08, .08, .07, .03, .02)
i <- 0:400; p <- dnbinom(i, size = K, mu = M)
penetration <- function(s, j) {
  none <- exp(lgamma(s - s * j + i) - lgamma(s - s * j) - lgamma(s + i) + lgamma(s))
  1 - sum(p * none)
}
own <- mapply(function(j, b) uniroot(function(s) penetration(s, j) - b, c(1e-3, 50), tol = 1e-12)$root,
              share, brand_pen)
box <- boxplot.stats(own)
kept <- own <= box$conf[2] & !(own %in% box$out)
rows <- rbind(rows, data.frame(case = "toothpaste", parameter = c("M", "K", paste0("own_", 1:8), "S share", "S notch"),
  estimate = c(M, K, own, weighted.mean(own, share), weighted.mean(own[kept], share[kept])), error_of_log = NA))
rows$estimate <- sprintf("%.10g", rows$estimate)
rows$error_of_log <- ifelse(is.na(rows$error_of_log), "", sprintf("%.8g", rows$error_of_log))
write.csv(rows, "purchases.csv", row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, "packages: base, stats"), "purchases_versions.txt")
