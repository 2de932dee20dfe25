# Owen values, Shapley values and relative weights of mtcars by loops over lm, for
# tests/test_relative.py and tests/test_measures.py. Run in this folder: Rscript relative.R
data <- mtcars
write.csv(data, "relative_mtcars.csv", row.names = FALSE)
outcome <- "mpg"
blocks <- list(engine = c("cyl", "disp", "hp"), body = c("wt", "qsec"), gears = c("am", "gear", "carb"))
w <- data$drat # any positive numbers will do as weights

r2 <- function(columns, weights = NULL) {
  if (length(columns) == 0) return(0)
  model <- lm(reformulate(columns, outcome), data = data, weights = weights)
  summary(model)$r.squared
}
subsets <- function(members) {
  if (length(members) == 0) return(list(character(0)))
  c(list(character(0)), unlist(lapply(seq_along(members),
    function(s) combn(members, s, simplify = FALSE)), recursive = FALSE))
}
owen <- function(i, j, weights = NULL) {
  others <- setdiff(names(blocks), j); own <- setdiff(blocks[[j]], i)
  k <- length(blocks); q <- length(blocks[[j]]); total <- 0
  for (t in subsets(others)) for (s in subsets(own)) {
    base <- c(unlist(blocks[t], use.names = FALSE), s)
    total <- total + (r2(c(base, i), weights) - r2(base, weights)) /
      (k * choose(k - 1, length(t)) * q * choose(q - 1, length(s)))
  }
  total
}
rows <- data.frame()
add <- function(what, block, predictor, value)
  rows <<- rbind(rows, data.frame(what, block, predictor, value))
for (j in names(blocks)) for (i in blocks[[j]]) {
  add("owen", j, i, owen(i, j))
  add("owen_weighted", j, i, owen(i, j, w))
}
everything <- unlist(blocks, use.names = FALSE)
for (i in everything) { # general dominance of single predictors
  others <- setdiff(everything, i); k <- length(everything); total <- 0
  for (s in subsets(others))
    total <- total + (r2(c(s, i)) - r2(s)) / (k * choose(k - 1, length(s)))
  add("dominance", "", i, total)
}
for (j in names(blocks)) { # blocks as players
  others <- setdiff(names(blocks), j); k <- length(blocks); total <- 0
  for (t in subsets(others)) {
    base <- unlist(blocks[t], use.names = FALSE)
    total <- total + (r2(c(base, blocks[[j]])) - r2(base)) / (k * choose(k - 1, length(t)))
  }
  add("block_dominance", j, "", total)
  rest <- unlist(blocks[others], use.names = FALSE)
  add("block_unique", j, "", r2(everything) - r2(rest))
  add("block_alone", j, "", r2(blocks[[j]]))
}
# relative weights through the data, not through the correlations: orthogonal stand-ins by the
# singular value decomposition, the outcome regressed on them, and the predictors on them
x <- scale(as.matrix(data[everything]))
z <- with(svd(x), u %*% t(v))
beta <- coef(lm(scale(data[[outcome]]) ~ 0 + z))
lambda <- coef(lm(x ~ 0 + z)) / sqrt(nrow(x) - 1)
weights <- t(lambda)^2 %*% (beta / sqrt(nrow(x) - 1))^2
for (i in seq_along(everything)) add("relative_weight", "", everything[i], weights[i])
add("r2", "", "", r2(everything)); add("r2_weighted", "", "", r2(everything, w))
rows$value <- sprintf("%.15g", rows$value)
write.csv(rows, "relative.csv", row.names = FALSE, quote = FALSE)
writeLines(R.version.string, "relative_versions.txt")
