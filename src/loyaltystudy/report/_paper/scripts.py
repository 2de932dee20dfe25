"""The same comparison as a script for R and for Stata, on the rows in ``private/``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from loyaltystudy.report._selection import columns_at_hand, complete_rows
from loyaltystudy.survey import Study

if TYPE_CHECKING:
    from loyaltystudy.report._analysis import Analysis

ROWS, ITEMS, SAMPLE = "comparison.csv", "items.csv", "weights.csv"


def plain_names(names: Iterable[str]) -> dict[str, str]:
    """Names that R and Stata read: ASCII letters, digits and underscores, 28 at most, no two alike.

    >>> plain_names(["ålder", "ålder!", "1st"])
    {'ålder': '_lder', 'ålder!': '_lder_', '1st': 'x1st'}
    """
    short: dict[str, str] = {}
    for name in names:
        text = re.sub(r"[^A-Za-z0-9_]", "_", name)[:26]
        text = text if text and not text[0].isdigit() else f"x{text}"
        taken = {*short.values()}
        numbered = (f"{text}_{i}" for i in range(2, len(taken) + 3))
        short[name] = text if text not in taken else next(n for n in numbered if n not in taken)
    return short


def comparison_rows(analysis: Analysis) -> tuple[pd.DataFrame, dict[str, str]]:
    """The complete rows of the comparison under plain names, and these names; single people."""
    study, names = analysis.study, [m for ms in analysis.blocks.values() for m in ms]
    names = [analysis.outcome.name, *names]
    design = study.codebook.design
    drawn = [c for c in (design.weight, design.cluster, design.strata) if c and c not in names]
    short = plain_names([*names, *drawn])
    rows = complete_rows(study, names, columns_at_hand(study))
    rows = rows.assign(**{c: study.answers.loc[rows.index, c] for c in drawn})
    return rows.rename(columns=short), short


def sample_rows(study: Study) -> pd.DataFrame:
    """Everyone whose weight is raked: group of each margin (by number), base and raked weight."""
    raking = study.raking
    names = plain_names(raking.variables).values()
    groups = dict(zip(names, (raking.groups + 1).T, strict=True))
    return pd.DataFrame({**groups, "base": raking.base, "raked": raking.weights})


def item_rows(study: Study) -> tuple[pd.DataFrame, dict[str, str], dict[str, tuple[str, ...]]]:
    """Keyed items of scales of three items and more, their plain names, and these scales."""
    scales = {
        name: scale.items
        for name, scale in study.codebook.scales.items()
        if len(scale.items) > 2 and all(item in study.answers for item in scale.items)
    }
    items = list(dict.fromkeys(item for names in scales.values() for item in names))
    short = plain_names(items)
    return study.keyed(items).rename(columns=short), short, scales


_R_HEAD = """\
# {title}
# The comparison of blocks once more, in R. The rows are in private/, which is passed on to nobody.
# Needs no package for R-squared and general dominance; domir and lavaan are used where installed.

rows <- read.csv("../private/comparison.csv")
outcome <- "{outcome}"
blocks <- list(
{blocks}
)
{factors}weights <- {weights}

r2 <- function(names) {{
  if (length(names) == 0) return(0)
  formula <- reformulate(unlist(blocks[names]), outcome)
  environment(formula) <- environment()
  summary(lm(formula, data = rows, weights = weights))$r.squared
}}
k <- length(blocks)
subsets <- lapply(0:(2^k - 1), function(s) names(blocks)[bitwAnd(s, 2^(0:(k - 1))) > 0])
values <- vapply(subsets, r2, 0)
dominance <- vapply(seq_len(k), function(j) {{
  without <- which(bitwAnd(0:(2^k - 1), 2^(j - 1)) == 0)
  size <- lengths(subsets)[without]
  sum((values[without + 2^(j - 1)] - values[without]) / (k * choose(k - 1, size)))
}}, 0)
found <- data.frame(
  block = names(blocks),
  alone = vapply(names(blocks), r2, 0),
  unique = values[2^k] - vapply(seq_len(k), function(j) r2(names(blocks)[-j]), 0),
  dominance = dominance
)
print(found, digits = 4, row.names = FALSE)
cat("R-squared of all blocks:", round(values[2^k], 4), "on", nrow(rows), "rows\\n")
stopifnot(abs(values[2^k] - {r2}) < 5e-4)
stopifnot(all(abs(dominance - c({dominance})) < 5e-4))

if (requireNamespace("domir", quietly = TRUE)) {{
  fit <- function(formula) summary(lm(formula, data = rows, weights = weights))$r.squared
  print(domir::domir(reformulate(unlist(blocks), outcome), fit, .set = lapply(blocks, reformulate)))
}}
"""
_R_RAKING = """
# The weights: raked to the margins of the population, as survey::rake has it.
if (requireNamespace("survey", quietly = TRUE)) {{
  sample <- read.csv("../private/weights.csv")
  margins <- list(
{margins}
  )
  raked <- survey::rake(
    survey::svydesign(~1, weights = ~base, data = sample),
    lapply(names(margins), reformulate),
    Map(function(name, sums) setNames(data.frame(seq_along(sums), sums), c(name, "Freq")),
      names(margins), margins),
    control = list(maxit = 2000, epsilon = 1e-9)
  )
  stopifnot(all(abs(weights(raked) / sample$raked - 1) < 1e-5))
}}
"""
_R_LAVAAN = """
if (requireNamespace("lavaan", quietly = TRUE)) {{
  items <- read.csv("../private/items.csv")  # reversed items turned
{models}
}}
"""
_R_MODEL = """\
  model <- '{scale} =~ {items}'
  fit <- lavaan::cfa(model, data = items, std.lv = TRUE)
  print(lavaan::parameterEstimates(fit, standardized = TRUE))"""


def r_script(analysis: Analysis) -> str:
    """An R script that stops where it finds other figures than ours."""
    rows, short = comparison_rows(analysis)
    found, design = analysis.comparison, analysis.study.codebook.design
    labels = plain_names([*analysis.blocks])
    blocks = [
        f"  {labels[block]} = c({', '.join(_quoted(short[n]) for n in names)})"
        for block, names in analysis.blocks.items()
    ]
    nominal = [c for c in rows if rows[c].dtype == "category"]
    part = found.table[found.table["measure"] == "dominance"].set_index("block")["estimate"]
    script = _R_HEAD.format(
        title=_comment(analysis.study.codebook.title),
        outcome=short[analysis.outcome.name],
        blocks=",\n".join(blocks),
        factors="".join(f'rows[["{c}"]] <- factor(rows[["{c}"]])\n' for c in nominal),
        weights=f'rows[["{short[design.weight]}"]]' if design.weight else "rep(1, nrow(rows))",
        r2=f"{found.r2:.4f}",
        dominance=", ".join(f"{part[block]:.4f}" for block in analysis.blocks),
    )
    return script + _raking(analysis.study) + _lavaan(analysis.study)


def _raking(study: Study) -> str:
    """The weights once more; the last group of a margin is of people without an answer."""
    raking = study.raking
    if raking is None:
        return ""
    names = plain_names(raking.variables).values()
    lines = [
        f"    {name} = c({', '.join(f'{total:.10g}' for total in sums)})"
        for name, sums in zip(names, raking.targets, strict=True)
    ]
    return _R_RAKING.format(margins=",\n".join(lines))


def _lavaan(study: Study) -> str:
    _, short, scales = item_rows(study)
    names = plain_names(scales)
    models = [
        _R_MODEL.format(scale=f"f_{names[scale]}", items=" + ".join(short[i] for i in items))
        for scale, items in scales.items()
    ]
    return _R_LAVAAN.format(models="\n".join(models)) if models else ""


_STATA = """\
* {title}
* The comparison of blocks once more, in Stata. The rows are in private/, passed on to nobody.
* General dominance needs the user-written command domin: ssc install domin
import delimited using "../private/comparison.csv", clear case(preserve)
{dummies}regress {outcome} {predictors}{weights}
* expected R-squared of all blocks: {r2}
domin {outcome}{weights}, sets({sets})
"""


def stata_script(analysis: Analysis) -> str:
    """A Stata do-file; nominal variables become dummies against their first category."""
    rows, short = comparison_rows(analysis)
    design, made, lines = analysis.study.codebook.design, {}, []
    for column in rows:
        made[column] = [column]
        if rows[column].dtype == "category":
            count = rows[column].nunique()
            lines.append(f"tabulate {column}, generate({column}_d)\n")
            made[column] = [f"{column}_d{i}" for i in range(2, count + 1)]
    sets = [
        "(" + " ".join(d for name in names for d in made[short[name]]) + ")"
        for names in analysis.blocks.values()
    ]
    return _STATA.format(
        title=_comment(analysis.study.codebook.title),
        dummies="".join(lines),
        outcome=short[analysis.outcome.name],
        predictors=" ".join(s[1:-1] for s in sets),
        weights=f" [aweight = {short[design.weight]}]" if design.weight else "",
        r2=f"{analysis.comparison.r2:.4f}",
        sets=" ".join(sets),
    )


def _quoted(name: str) -> str:
    return f'"{name}"'


def _comment(text: str) -> str:
    """Text of others on one line of comment."""
    return " ".join(text.split())
