* {{ title }}
* The comparison of blocks once more, in Stata 15 or later. The rows are in private/, which is passed
* on to nobody. Run it in the folder in which it lies: cd scripts, then do comparison.do
version 15
import delimited using "../private/comparison.csv", clear varnames(1) case(preserve) encoding("UTF-8")
{% for name, label in labels %}
label variable {{ name }} "{{ label }}"
{% endfor %}
{% for column in nominal %}
quietly tabulate {{ column }}, generate({{ column }}_d)
{% endfor %}
regress {{ outcome }} {{ predictors | join(" ") }}{{ weights }}
* R-squared of all blocks, as in the report; Stata stops here if it finds another
assert abs(e(r2) - {{ r2 }}) < 5e-4
{% if svyset %}

* the same with errors of the design
{{ svyset }}
svy: regress {{ outcome }} {{ predictors | join(" ") }}
{% endif %}
{% if sets | length > 1 %}

* general dominance needs two user-written packages: ssc install moremata, ssc install domin
capture which domin
if _rc {
    display as error "domin is not installed: ssc install moremata, ssc install domin"
}
else {
    domin {{ outcome }}{{ weights }}, reg(regress) fitstat(e(r2)) sets({{ sets | join(" ") }})
}
{% endif %}
