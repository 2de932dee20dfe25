# The calls that docs/howto/r-users.md names for scales, run as they stand there (test_r_users.py holds the
# page to them). Data: validity_holzinger.csv, incomplete_factors_data.csv and ordinal_answers.csv beside this
# script. Writes r_users.csv (call, a, b, value) and r_users_versions.txt.
#
#   Rscript tests/reference/r_users.R
suppressPackageStartupMessages({library(lavaan); library(semTools); library(psych); library(survey)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
holzinger <- read.csv(file.path(here, "validity_holzinger.csv")); gaps <- read.csv(file.path(here, "incomplete_factors_data.csv"))
five <- read.csv(file.path(here, "ordinal_answers.csv"))
three <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
abc <- "a =~ a1 + a2 + a3\nb =~ b1 + b2 + b3\nc =~ c1 + c2 + c3"
out <- NULL; text_of <- ""
keep <- function(call, a, b, value) out <<- rbind(out, data.frame(call, a, b, value = as.numeric(value)))
vector_of <- function(v) keep(text_of, names(v), "", v)
matrix_of <- function(m) for (i in rownames(m)) for (j in colnames(m)) keep(text_of, i, j, m[i, j])
loadings_of <- function(fit) { s <- standardizedSolution(fit); s <- s[s$op == "=~", ]; keep(text_of, s$rhs, "", s$est.std) }
run <- function(text, ..., shape) {
  text_of <<- text; env <- list2env(list(...), parent = globalenv())
  shape(suppressWarnings(suppressMessages(eval(parse(text = text), env))))
}
x <- holzinger[, paste0("x", 1:9)]; scaled <- as.data.frame(scale(x)); one <- paste("f =~", paste(names(x), collapse = " + "))
named <- function(v) setNames(as.numeric(v), names(x))
run("psych::alpha(x)$total$raw_alpha", x = x, shape = function(v) keep(text_of, "", "", v))
run("psych::alpha(x)$item.stats$r.drop", x = x, shape = function(v) vector_of(named(v)))
run("psych::alpha(x)$alpha.drop$raw_alpha", x = x, shape = function(v) vector_of(named(v)))
run("semTools::compRelSEM(lavaan::cfa(one, x, std.lv = TRUE), obs.var = FALSE)", one = one, x = x, shape = function(v) keep(text_of, "", "", v))
run("lavaan::cfa(model, data, std.lv = TRUE)", model = three, data = x, shape = loadings_of)
run('lavaan::cfa(model, data, std.lv = TRUE, missing = "ml")', model = abc, data = gaps, shape = loadings_of)
run('lavaan::cfa(model, data, std.lv = TRUE, estimator = "MLR", sampling.weights = "w")', model = abc, data = na.omit(gaps), shape = loadings_of)
run("lavaan::cfa(model, data, std.lv = TRUE, ordered = TRUE)", model = abc, data = five[, c(paste0("a", 1:3), paste0("b", 1:3), paste0("c", 1:3))], shape = loadings_of)
run("semTools::AVE(lavaan::cfa(model, scaled, std.lv = TRUE), obs.var = FALSE)", model = three, scaled = scaled, shape = vector_of)
run("semTools::compRelSEM(lavaan::cfa(model, scaled, std.lv = TRUE), obs.var = FALSE)", model = three, scaled = scaled, shape = vector_of)
run("semTools::htmt(model, data, htmt2 = FALSE)", model = three, data = x, shape = matrix_of)
run("semTools::htmt(model, data)", model = three, data = x, shape = matrix_of)
run('psych::fa(x, 3, fm = "ml", rotate = "oblimin")$loadings', x = x, shape = function(m) matrix_of(unclass(m)))
set.seed(1); pdf(NULL)
run('psych::fa.parallel(x, fa = "pc", quant = .95)', x = x, shape = function(v) {
  keep(text_of, seq_along(v$pc.values), "eigenvalue", v$pc.values); keep(text_of, "", "components", v$ncomp) })
run("lavaan::lavCor(x, ordered = names(x))", x = five[, paste0("a", 1:4)], shape = function(m) matrix_of(unclass(m)))
run("psych::outlier(x, plot = FALSE)", x = x, shape = function(v) keep(text_of, seq_along(v), "", v))
keys <- list(s = c("a1", "-a2", "a3", "a4"))
run('psych::scoreItems(keys, x, missing = TRUE, impute = "none", min = 1, max = 5)$scores', keys = keys, x = five[1:50, paste0("a", 1:4)],
  shape = function(m) keep(text_of, seq_len(nrow(m)), "", m[, 1]))
run("survey::svycralpha(~ a1 + a2 + a3 + a4, survey::svydesign(~ 1, weights = ~ w, data = x))", x = five, shape = function(v) keep(text_of, "", "", v))
write.csv(out, file.path(here, "r_users.csv"), row.names = FALSE)
writeLines(c(R.version.string, sapply(c("lavaan", "semTools", "psych", "survey"), function(p) paste(p, packageVersion(p)))), file.path(here, "r_users_versions.txt"))
