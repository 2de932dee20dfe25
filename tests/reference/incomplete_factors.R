# Factor models of numbers with gaps, and under a survey's design, by lavaan: full-information maximum
# likelihood (missing = "ml"), and robust maximum likelihood (MLR) with weights and clusters.
#
#   Rscript tests/reference/incomplete_factors.R
#
# Reads incomplete_factors_data.csv (invented, by incomplete_factors.py), writes incomplete_factors.csv
# and incomplete_factors_versions.txt.
suppressPackageStartupMessages(library(lavaan))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
x <- read.csv(file.path(here, "incomplete_factors_data.csv"))
facts <- list()
keep <- function(model, a, b, measure, value)
  facts[[length(facts) + 1]] <<- data.frame(model, a, b, measure, value = as.numeric(value))
three <- "a =~ a1 + a2 + a3\nb =~ b1 + b2 + b3\nc =~ c1 + c2 + c3"
whole <- na.omit(x)
fit_of <- function(model, data, ...) {
  fit <- cfa(three, data, std.lv = TRUE, meanstructure = TRUE, em.h1.tol = 1e-10, em.h1.iter.max = 5000, ...)
  m <- fitMeasures(fit)
  for (f in c("chisq", "pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "srmr",
              "chisq.scaled", "pvalue.scaled", "cfi.scaled", "tli.scaled", "rmsea.scaled",
              "rmsea.ci.lower.scaled", "rmsea.ci.upper.scaled", "chisq.scaling.factor", "ntotal"))
    if (f %in% names(m)) keep(model, "", "", f, m[[f]])
  s <- standardizedSolution(fit)
  s <- s[s$op == "=~" | (s$op == "~~" & s$lhs != s$rhs), ]
  for (i in seq_len(nrow(s))) {
    keep(model, s$lhs[i], s$rhs[i], "estimate", s$est.std[i]); keep(model, s$lhs[i], s$rhs[i], "se", s$se[i])
  }
}
fit_of("gaps", x, missing = "ml")
fit_of("robust weights", whole, estimator = "MLR", sampling.weights = "w")
fit_of("robust clusters", whole, estimator = "MLR", cluster = "store")
fit_of("robust weights, gaps", x, estimator = "MLR", missing = "ml", sampling.weights = "w")
write.csv(do.call(rbind, facts), file.path(here, "incomplete_factors.csv"), row.names = FALSE)
writeLines(c(R.version.string, paste("lavaan", packageVersion("lavaan"))), file.path(here, "incomplete_factors_versions.txt"))
