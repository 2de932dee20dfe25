# Oracles of the shared-method functions at c = 0, and of design-based means.
#   Rscript shared_method.R      writes shared_method.csv, shared_method_items.csv and shared_method_versions.txt
suppressPackageStartupMessages({library(psych); library(semTools); library(survey)})
set.seed(18)
n <- 400
f <- matrix(rnorm(3 * n), n); f[, 2] <- .5 * f[, 1] + sqrt(.75) * f[, 2]; f[, 3] <- .3 * f[, 1] + .4 * f[, 2] + .8 * f[, 3]
items <- round(4 + 1.4 * (f[, rep(1:3, c(3, 4, 3))] * .75 + matrix(rnorm(10 * n), n) * .66))
items <- pmin(pmax(items, 1), 7)
colnames(items) <- c(paste0("x", 1:3), paste0("z", 1:4), paste0("y", 1:3))
d <- as.data.frame(items)
d$weight <- round(exp(.6 * rnorm(n)), 3); d$store <- sample(1:40, n, TRUE); d$stratum <- (d$store - 1) %/% 10 + 1
d$months <- round(pmin(-log(runif(n)) / (.04 * exp(-.3 * f[, 1])), 24), 1) + .1; d$left <- as.numeric(d$months < 24)
write.csv(d, "shared_method_items.csv", row.names = FALSE)
out <- list()
add <- function(what, value) out[[length(out) + 1]] <<- data.frame(what = what, value = as.numeric(value))

# HTMT (2015) on standardised items: mean correlations, what Phi(0) is for items of equal variance
h <- htmt("X =~ x1 + x2 + x3
           Z =~ z1 + z2 + z3 + z4
           Y =~ y1 + y2 + y3", data = d[, 1:10], htmt2 = FALSE)
add("htmt x y", h["Y", "X"]); add("htmt z y", h["Y", "Z"]); add("htmt x z", h["Z", "X"])

# errors-in-variables regression: correlations of scores corrected by standardised alpha, then least squares
z <- scale(d[, 1:10])
s <- data.frame(x = rowMeans(z[, 1:3]), z = rowMeans(z[, 4:7]), y = rowMeans(z[, 8:10]))
al <- c(psych::alpha(d[, 1:3])$total$std.alpha, psych::alpha(d[, 4:7])$total$std.alpha, psych::alpha(d[, 8:10])$total$std.alpha)
cc <- psych::correct.cor(cor(s), al)
phi <- cor(s) / sqrt(outer(al, al)); diag(phi) <- 1
b <- solve(phi[1:2, 1:2], phi[1:2, 3])
add("corrected r x y", cc["x", "y"]); add("slope x", b[1]); add("slope z", b[2]); add("r2", sum(b * phi[1:2, 3]))

# design-based means, ratio and share: weights, clusters within strata
des <- svydesign(~store, strata = ~stratum, weights = ~weight, data = d)
m <- svymean(~x1 + y1, des); v <- vcov(m)
add("mean x1", coef(m)[1]); add("mean y1", coef(m)[2])
add("se x1", sqrt(v[1, 1])); add("se y1", sqrt(v[2, 2])); add("cov", v[1, 2])
q <- svyratio(~x1, ~y1, des); add("ratio", coef(q)); add("se ratio", SE(q))
add("df", degf(des))
sh <- svymean(~I(x1 > 4), des); add("share", coef(sh)[2]); add("se share", SE(sh)[2])

# survival: weights, clusters within strata
d$z <- (d$x1 - weighted.mean(d$x1, d$weight)) / sqrt(sum(d$weight * (d$x1 - weighted.mean(d$x1, d$weight))^2) / sum(d$weight))
des <- svydesign(~store, strata = ~stratum, weights = ~weight, data = d)
cx <- survival::coxph(survival::Surv(months, left) ~ z, data = d, weights = weight, cluster = store, ties = "breslow")
add("log hazard", coef(cx)); add("se log hazard", sqrt(vcov(cx)[1, 1]))
add("still there at 12", summary(survival::survfit(survival::Surv(months, left) ~ 1, weights = weight, data = d), times = 12)$surv)

# a product, a bend, a surface and groups with weights and clusters: coefficients of survey::svyglm
w <- d$weight; zs <- function(v) (v - weighted.mean(v, w)) / sqrt(sum(w * (v - weighted.mean(v, w))^2) / sum(w))
d$a <- zs(d$x1); d$b <- zs(d$y1); d$c <- zs(d$z1)
des <- svydesign(~store, strata = ~stratum, weights = ~weight, data = d)
g <- svyglm(b ~ a * c, des); add("product", coef(g)["a:c"])
g <- svyglm(b ~ pmin(x1 - 4, 0) + pmax(x1 - 4, 0), des); add("bend", abs(coef(g)[2]) - abs(coef(g)[3]))
g <- svyglm(b ~ I(x1 > 4), des); add("gap", coef(g)[2]); add("se gap", SE(g)[2])
add("surplus slope", { e <- d; e$over <- pmax(e$x1 - e$z1, 0) / sqrt(sum(w * (e$x1 - weighted.mean(e$x1, w))^2) / sum(w))
  h <- coef(lm(b ~ a + over + c, data = e, weights = w)); h["a"] + h["over"] })

# adjusted p values
p <- c(.001, .008, .039, .041, .042, .06, .074, .205, .212, .216, .222, .251, .269, .275, .34)
for (i in seq_along(p)) { add(paste("BH", i), p.adjust(p, "BH")[i]); add(paste("holm", i), p.adjust(p, "holm")[i]) }
write.csv(do.call(rbind, out), "shared_method.csv", row.names = FALSE)
writeLines(c(R.version.string, sapply(c("psych", "semTools", "survey", "lavaan"), function(p) paste(p, packageVersion(p)))), "shared_method_versions.txt")
