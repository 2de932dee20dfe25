# {{ title }}
# The comparison of blocks once more, in R. The rows are in private/, which is passed on to nobody.
# Needs no package for R-squared and general dominance; domir and lavaan are used where installed.

rows <- read.csv("../private/comparison.csv")
outcome <- "{{ outcome }}"
blocks <- list(
{% for block, names in blocks %}
  {{ block }} = c({% for name in names %}"{{ name }}"{% if not loop.last %}, {% endif %}{% endfor %}){% if not loop.last %},{% endif %}

{% endfor %}
)
{% for column in nominal %}
rows[["{{ column }}"]] <- factor(rows[["{{ column }}"]])
{% endfor %}
weights <- {{ weights }}

r2 <- function(names) {
  if (length(names) == 0) return(0)
  formula <- reformulate(unlist(blocks[names]), outcome)
  environment(formula) <- environment()
  summary(lm(formula, data = rows, weights = weights))$r.squared
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
cat("R-squared of all blocks:", round(values[2^k], 4), "on", nrow(rows), "rows\n")
stopifnot(abs(values[2^k] - {{ r2 }}) < 5e-4)
stopifnot(all(abs(dominance - c({{ dominance | join(", ") }})) < 5e-4))

if (requireNamespace("domir", quietly = TRUE)) {
  fit <- function(formula) summary(lm(formula, data = rows, weights = weights))$r.squared
  print(domir::domir(reformulate(unlist(blocks), outcome), fit, .set = lapply(blocks, reformulate)))
}
{% if margins %}

# The weights: raked to the margins of the population, as survey::rake has it.
if (requireNamespace("survey", quietly = TRUE)) {
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
}
{% endif %}
{% if scales %}

if (requireNamespace("lavaan", quietly = TRUE)) {
  items <- read.csv("../private/items.csv")  # reversed items turned
{% for scale, items in scales %}
  model <- '{{ scale }} =~ {{ items | join(" + ") }}'
  fit <- lavaan::cfa(model, data = items, std.lv = TRUE)
  print(lavaan::parameterEstimates(fit, standardized = TRUE))
{% endfor %}
}
{% endif %}
