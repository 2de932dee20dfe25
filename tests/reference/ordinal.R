# Ordinal factor models: lavaan's WLSMV (diagonally weighted least squares, robust standard errors,
# mean- and variance-adjusted chi-square), without and with sampling weights, and polychoric
# correlations of two binary items with an empty cell.
#
#   Rscript tests/reference/ordinal.R
#
# Reads ordinal_answers.csv (made by ordinal_answers.py beside this script), writes ordinal.csv (one
# fact a row) and ordinal_versions.txt.
suppressPackageStartupMessages(library(lavaan))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
x <- read.csv(file.path(here, "ordinal_answers.csv"))
facts <- list()
keep <- function(model, a, b, measure, value)
  facts[[length(facts) + 1]] <<- data.frame(model, a, b, measure, value = as.numeric(value))
five <- paste(sapply(letters[1:5], function(f) paste0(f, " =~ ", paste0(f, 1:4, collapse = " + "))), collapse = "\n")
joined <- paste0("ab =~ ", paste0(c(paste0("a", 1:4), paste0("b", 1:4)), collapse = " + "), "\n",
  paste(sapply(letters[3:5], function(f) paste0(f, " =~ ", paste0(f, 1:4, collapse = " + "))), collapse = "\n"))
two <- "v =~ v1 + v2 + v3\nu =~ u1 + u2 + u3"
fit_of <- function(model, syntax, ...) {
  fit <- suppressWarnings(cfa(syntax, x, std.lv = TRUE, ordered = TRUE, estimator = "WLSMV", ...))
  m <- fitMeasures(fit)
  for (f in c("chisq.scaled", "df", "pvalue.scaled", "cfi.scaled", "tli.scaled", "rmsea.scaled",
              "rmsea.ci.lower.scaled", "rmsea.ci.upper.scaled", "srmr")) keep(model, "", "", f, m[[f]])
  s <- standardizedSolution(fit)
  s <- s[s$op == "=~" | (s$op == "~~" & s$lhs != s$rhs), ]
  for (i in seq_len(nrow(s))) {
    keep(model, s$lhs[i], s$rhs[i], "estimate", s$est.std[i]); keep(model, s$lhs[i], s$rhs[i], "se", s$se[i])
  }
}
fit_of("five", five)
fit_of("joined", joined)
fit_of("binary and seven", two)
fit_of("weighted", five, sampling.weights = "w")
for (cells in list(c(10, 100, 3), c(200, 100, 1), c(50, 20, 3), c(4, 5, 1))) {
  d <- data.frame(a = rep(c(0, 0, 1), cells), b = rep(c(0, 1, 1), cells))
  keep(paste(cells, collapse = " "), "a", "b", "empty", suppressWarnings(lavCor(d, ordered = c("a", "b")))[1, 2])
}
write.csv(do.call(rbind, facts), file.path(here, "ordinal.csv"), row.names = FALSE)
writeLines(c(R.version.string, paste("lavaan", packageVersion("lavaan"))), file.path(here, "ordinal_versions.txt"))
