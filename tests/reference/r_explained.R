# The calls that docs/howto/r-users.md names for explained variance, run as they stand there
# (tests/explain/test_r_users.py holds the page to them). domir, relaimpo, yhat and eivtools are in no
# repository that was at hand: their figures are made here from their definitions, dominance as the mean
# over every order of the blocks. Data: mtcars, attitude (written beside this script). Writes r_explained.csv (call, block, value) and
# r_explained_versions.txt.
#
#   Rscript tests/reference/r_explained.R
suppressPackageStartupMessages({library(vegan); library(psych)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
blocks <- list(engine = c("cyl", "disp", "hp"), body = c("wt", "qsec"), gears = c("am", "gear", "carb"))
y <- mtcars$mpg; engine <- mtcars[blocks$engine]; body <- mtcars[blocks$body]; gears <- mtcars[blocks$gears]
out <- NULL
keep <- function(call, block, value) out <<- rbind(out, data.frame(call, block, value = as.numeric(value)))
run <- function(text) eval(parse(text = text), parent.frame())

call <- "vegan::varpart(y, engine, body, gears)$part$indfract$Adj.R.square"
keep(call, c("engine", "body", "gears", "engine body", "body gears", "engine gears", "engine body gears"), run(call)[1:7])

call <- "anova(m1, m2)"
m1 <- lm(mpg ~ cyl + disp + hp, mtcars); m2 <- update(m1, . ~ . + wt + qsec); m3 <- update(m2, . ~ . + am + gear + carb)
steps <- c(list(anova(lm(mpg ~ 1, mtcars), m1)[2, ]), lapply(list(list(m1, m2), list(m2, m3)), function(m) anova(m[[1]], m[[2]])[2, ]))
keep(call, names(blocks), sapply(steps, function(s) s$F))

# what domir::domir(.set =) and relaimpo::calc.relimp(type = "lmg") define: the mean over all orders
r2 <- function(columns) if (length(columns)) summary(lm(reformulate(columns, "mpg"), mtcars))$r.squared else 0
orders <- function(x) if (length(x) < 2) list(x) else unlist(lapply(x, function(i) lapply(orders(setdiff(x, i)), function(o) c(i, o))), FALSE)
gains <- function(sets) rowMeans(sapply(orders(names(sets)), function(o) {
  reached <- sapply(seq_along(o), function(i) r2(unlist(sets[o[1:i]])))
  setNames(diff(c(0, reached)), o)[names(sets)]
}))
keep("domir::domir(..., .set = )", names(blocks), gains(blocks))
single <- c("wt", "hp", "qsec", "am")
keep('relaimpo::calc.relimp(type = "lmg")', single, gains(setNames(as.list(single), single)))

# what yhat::commonalityCoefficients defines: for every set, by inclusion and exclusion
sets <- lapply(1:7, function(s) names(blocks)[bitwAnd(s, c(1, 2, 4)) > 0])
common <- function(set) {
  rest <- setdiff(names(blocks), set); parts <- c(list(character(0)), unlist(lapply(seq_along(set), function(m) combn(set, m, simplify = FALSE)), FALSE))
  -sum(sapply(parts, function(p) (-1)^length(p) * r2(unlist(blocks[c(rest, p)]))))
}
keep("yhat::commonalityCoefficients", sapply(sets, paste, collapse = " "), sapply(sets, common))

# correlations without error (upper triangle), and R² from them, as eivtools::eivreg does by covariances
rel <- c(complaints = .9, learning = .85, raises = .95, rating = .9); r <- cor(attitude[names(rel)])
call <- "psych::correct.cor(r, rel)"; free <- run(call); free[lower.tri(free)] <- t(free)[lower.tri(free)]; diag(free) <- 1
latent <- function(x) if (length(x)) c(free["rating", x] %*% solve(free[x, x], free[x, "rating"])) else 0
x <- names(rel)[1:3]
keep(call, x, sapply(x, latent)); keep(paste(call, "unique"), x, latent(x) - sapply(x, function(i) latent(setdiff(x, i))))

write.csv(attitude[names(rel)], file.path(here, "r_explained_attitude.csv"), row.names = FALSE)
write.csv(out, file.path(here, "r_explained.csv"), row.names = FALSE)
writeLines(c(R.version.string, sapply(c("vegan", "psych"), function(p) paste(p, packageVersion(p)))), file.path(here, "r_explained_versions.txt"))
