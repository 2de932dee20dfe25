# Stratified jackknife (JKn) of R² with the survey package, on a constructed design of 4 strata.
# Run: Rscript tests/reference/strata.R tests/reference
suppressMessages(library(survey))
dir <- commandArgs(trailingOnly = TRUE)[1]
set.seed(5); n <- 96
d <- data.frame(stratum = rep(1:4, c(12, 24, 24, 36)), cluster = rep(1:24, each = 4))
d$w <- round(runif(n, 0.5, 2), 3)
d$a <- round(rnorm(n) + d$stratum / 3, 4); d$b <- round(rnorm(n), 4)
d$y <- round(0.6 * d$a + 0.2 * d$b + rnorm(n) + rep(rnorm(24), each = 4) / 2, 4)
write.csv(d, file.path(dir, "strata_data.csv"), row.names = FALSE)
r2 <- function(w, data) { data$replicate <- w; summary(lm(y ~ a + b, data, weights = replicate))$r.squared }
reps <- as.svrepdesign(svydesign(~cluster, strata = ~stratum, weights = ~w, data = d), type = "JKn")
clusters <- withReplicates(reps, r2, return.replicates = TRUE)$replicates
write.csv(data.frame(cluster = 1:24, r2 = format(as.numeric(clusters), digits = 15)),
  file.path(dir, "strata.csv"), row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste("survey", packageVersion("survey"))), file.path(dir, "strata_versions.txt"))
