# Random effects of one figure, by metafor: the reference for loyaltystudy.rsquared random_effects.
#   Rscript pooling.R > pooling.csv
suppressMessages(library(metafor))
set.seed(1)
cases <- list(
  six = list(y = c(.38, .21, .55, .30, .47, .12), v = c(.01, .02, .008, .015, .01, .03)),
  alike = list(y = c(.31, .29, .33, .30), v = c(.01, .02, .008, .015)),
  three = list(y = c(.05, .40, .22), v = c(.002, .004, .001)),
  many = list(y = round(rnorm(30, .2, .1), 4), v = round(runif(30, .001, .01), 5)))
cat("case,figure,value\n")
for (name in names(cases)) {
  case <- cases[[name]]
  r <- rma(case$y, case$v, method = "REML", test = "knha", control = list(threshold = 1e-14, maxiter = 10000))
  cat(sprintf("%s,y,%s\n%s,v,%s\n", name, paste(case$y, collapse = " "), name, paste(case$v, collapse = " ")), sep = "")
  figures <- c(mean = coef(r)[[1]], se = r$se, low = r$ci.lb, high = r$ci.ub, tau2 = r$tau2, q = r$QE, i2 = r$I2 / 100)
  # the upper end of a two-sided 64 % interval is a one-sided limit of 82 %: Q-profile
  upper <- confint(r, level = 64, control = list(tol = 1e-14, maxiter = 100000))$random["tau^2", "ci.ub"]
  figures <- c(figures, upper = upper)
  for (f in names(figures)) cat(sprintf("%s,%s,%.12g\n", name, f, figures[[f]]))
}
