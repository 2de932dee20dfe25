* {{ title }}
* The comparison of blocks once more, in Stata. The rows are in private/, passed on to nobody.
* General dominance needs the user-written command domin: ssc install domin
import delimited using "../private/comparison.csv", clear case(preserve)
{% for column in nominal %}
tabulate {{ column }}, generate({{ column }}_d)
{% endfor %}
regress {{ outcome }} {{ predictors | join(" ") }}{{ weights }}
* expected R-squared of all blocks: {{ r2 }}
domin {{ outcome }}{{ weights }}, sets({{ sets | join(" ") }})
