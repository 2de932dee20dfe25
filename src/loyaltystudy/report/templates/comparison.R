# {{ title }}
# The comparison of blocks once more, in R. The rows are in private/, which is passed on to nobody.
# Run it in the folder in which it lies: setwd("scripts"), or cd scripts and Rscript comparison.R.
# Base R gives every figure; domir, survey and lavaan repeat them by other programs where installed.

rows <- read.csv("../private/comparison.csv", check.names = FALSE, encoding = "UTF-8")
outcome <- "{{ outcome }}"
blocks <- list(
{% for block, names in blocks %}
  {{ block }} = c({% for name in names %}"{{ name }}"{% if not loop.last %}, {% endif %}{% endfor %}){% if not loop.last %},{% endif %}

{% endfor %}
)
{% for column in nominal %}
rows[["{{ column }}"]] <- factor(rows[["{{ column }}"]])
{% endfor %}
.weights <- {{ weights }}

with_package <- function(package, does, run) {
  if (requireNamespace(package, quietly = TRUE)) {
    run()
  } else {
    cat(package, " is not installed; it would ", does, ". All else stands.\n", sep = "")
  }
}

r2 <- function(names) {
  if (length(names) == 0) return(0)
  formula <- reformulate(unlist(blocks[names]), outcome)
  environment(formula) <- environment()
  summary(lm(formula, data = rows, weights = .weights))$r.squared
}
k <- length(blocks)
subsets <- lapply(0:(2^k - 1), function(s) names(blocks)[bitwAnd(s, 2^(0:(k - 1))) > 0])
values <- vapply(subsets, r2, 0)
dominance <- vapply(seq_len(k), function(j) {
  without <- which(bitwAnd(0:(2^k - 1), 2^(j - 1)) == 0)
  size <- lengths(subsets)[without]
  sum((values[without + 2^(j - 1)] - values[without]) / (k * choose(k - 1, size)))
}, 0)
found <- data.frame(
  block = names(blocks),
  alone = vapply(names(blocks), r2, 0),
  unique = values[2^k] - vapply(seq_len(k), function(j) r2(names(blocks)[-j]), 0),
  dominance = dominance
)
print(found, digits = 4, row.names = FALSE)
cat("General dominance from all", 2^k, "subsets of the blocks, by base R's lm.\n")
cat("R-squared of all blocks:", round(values[2^k], 4), "on", nrow(rows), "rows\n")
stopifnot(abs(values[2^k] - {{ r2 }}) < 5e-4)
stopifnot(all(abs(dominance - c({{ dominance | join(", ") }})) < 5e-4))

with_package("domir", "compute general dominance once more", function() {
  fit <- function(formula) {
    environment(formula) <- environment()
    summary(lm(formula, data = rows, weights = .weights))$r.squared
  }
{% if blocks | length > 1 %}
  sets <- lapply(blocks, reformulate)
  names(sets) <- paste0("set_", names(sets))  # none may be called as a column is
  again <- domir::domir(reformulate(unlist(blocks), outcome), fit, .set = sets)
  print(again)
  stopifnot(all(abs(again$General_Dominance - dominance) < 1e-8))
{% endif %}
})
{% if margins %}

# The weights: raked to the margins of the population, as survey::rake has it.
with_package("survey", "rake the weights once more", function() {
  sample <- read.csv("../private/weights.csv")
  margins <- list(
{% for name, sums in margins %}
    {{ name }} = c({{ sums | join(", ") }}){% if not loop.last %},{% endif %}

{% endfor %}
  )
  raked <- survey::rake(
    survey::svydesign(~1, weights = ~base, data = sample),
    lapply(names(margins), reformulate),
    Map(function(name, sums) setNames(data.frame(seq_along(sums), sums), c(name, "Freq")),
      names(margins), margins),
    control = list(maxit = 2000, epsilon = 1e-9)
  )
  stopifnot(all(abs(weights(raked) / sample$raked - 1) < 1e-5))
  cat("Raked weights are those of survey::rake.\n")
})
{% endif %}
{% if scales %}

with_package("lavaan", "fit a one-factor model to every scale", function() {
  items <- read.csv("../private/items.csv", check.names = FALSE)  # reversed items turned
{% for scale, items in scales %}
  model <- '{{ scale }} =~ {{ items | join(" + ") }}'
  try(print(lavaan::parameterEstimates(
    lavaan::cfa(model, data = items, std.lv = TRUE), standardized = TRUE
  )))
{% endfor %}
})
{% endif %}
