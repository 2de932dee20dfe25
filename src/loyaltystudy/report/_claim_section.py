"""One claim on the page: what was said, what would settle it, what the data say and cannot say."""

from html import escape

import pandas as pd

from loyaltystudy.claims import ONE_WAY, SET_ASIDE, SOURCES, Claim, error_rates
from loyaltystudy.report._disclosure import decimals, decimals_of_n
from loyaltystudy.report._hypotheses import hypothesis, source_title
from loyaltystudy.report._phrases import phrase_words, reason_words, rule_words
from loyaltystudy.report._translations import called, claim_limits, number, say, whole

_HEADLINE = ("customers", "members")
_WIDTH, _EDGE = 420, 14


def claim_block(c: Claim, rows: pd.DataFrame, language: str, *, planned=None) -> str:
    """A claim as a fold; of ``rows`` those that measure any of it, and who set it aside."""
    aside = rows[rows["why"].astype(str).str.startswith(SET_ASIDE)]
    rows = rows[rows["measured"] != "none"]
    beyond = planned is not None and c.name not in planned and len(rows) > 0
    mark = f"<p><span class='label'>{escape(say('exploratory', language))}</span></p>"
    return (
        f"<details class='claim' id='claim-{escape(c.name)}'>\n"
        f"<summary>{_summary(c, rows, language)}</summary>\n"
        f"<div class='inside'>{mark if beyond else ''}"
        f"<h4>{escape(say('said', language))}</h4>{_said(c, language)}"
        f"<h4>{escape(say('settles', language))}</h4>{_settles(c, language)}"
        f"<h4>{escape(say('data say', language))}</h4>"
        f"{_data_say(c, rows, language)}{_aside(aside, language)}"
        f"<h4>{escape(say('cannot say', language))}</h4>{_cannot(c, rows, language)}"
        f"</div></details>"
    )


def headline_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Of real customers and members; of the same study put twice, the later row."""
    real = rows[(rows["kind"] != "simulated") & rows["population"].isin(_HEADLINE)]
    return real.drop_duplicates("study", keep="last")


def badge(verdict: str, language: str, times: int = 1) -> str:
    count = f" × {times}" if times > 1 else ""
    style = verdict.replace(" ", "-")
    return f"<span class='verdict {style}'>{escape(say(verdict, language))}{count}</span>"


def _summary(c: Claim, rows: pd.DataFrame, language: str) -> str:
    """Badges, the hypothesis, and the verdict as a sentence."""
    counted = headline_rows(rows)
    shown = [badge(v, language, n) for v, n in counted["verdict"].value_counts().items()]
    others = rows.drop(counted.index).drop_duplicates("study", keep="last")
    others = others[~others["study"].isin(counted["study"])]
    for (population, kind), part in others.groupby(["population", "kind"], sort=True):
        who = "simulated" if kind == "simulated" else population
        lines = " ".join(badge(v, language, n) for v, n in part["verdict"].value_counts().items())
        shown.append(f"<span class='dim'>{escape(say(who, language))}:</span> {lines}")
    if not shown:
        verdict = "untestable" if c.untestable else "not measured"
        shown, plain = [badge(verdict, language)], say(f"say {verdict}", language)
    else:
        real = others[others["kind"] != "simulated"]
        plain = _sentence(next(r for r in (counted, real, others) if len(r)), language)
    words = hypothesis(c, language)
    said = f"<span class='plain'>{escape(plain)}</span>"
    return f"<span>{' '.join(shown)}</span><span class='what'>{escape(words)}</span>{said}"


def _sentence(rows: pd.DataFrame, language: str) -> str:
    """What the answers say, and how it was measured; studies that could judge it come first."""
    judged = rows[rows["verdict"] != "not measured"]
    if judged.empty:
        ways = {"none": "not measured", "part": "part"}
        lines = {ways.get(measured, "not possible") for measured in rows["measured"]}
        return say(
            f"say {max(lines, key=['not measured', 'not possible', 'part'].index)}", language
        )
    if len(set(judged["verdict"])) > 1:
        return say("say mixed", language)
    who = "simulated" if set(judged["kind"]) == {"simulated"} else "say"
    plain, ways = say(f"{who} {judged['verdict'].iloc[0]}", language), set(judged["measured"])
    if len(ways) == 1 and ways <= {"proxy", "part"}:
        plain += f" ({_capital(say(ways.pop(), language))}.)"
    truth = _truth(next(judged.itertuples()), language)
    return f"{plain} {truth}" if truth and len(judged) == 1 and who == "simulated" else plain


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _said(c: Claim, language: str) -> str:
    spoken = "nb" if "Norwegian" in SOURCES[c.source] else "sv"
    english = f"<span lang='en'>{escape(c.english)}</span><br>" if language == "en" else ""
    return (
        f"<blockquote lang='{spoken}'>{escape(c.quote)}</blockquote>"
        f"<p>{english}<span class='dim'>{escape(source_title(c.source, language))}</span></p>"
    )


def _settles(c: Claim, language: str) -> str:
    either = f" {say('or', language)} "
    needs = ", ".join(
        either.join(called(name, language) for name in need.split("|")) for need in c.needs
    )
    rule = rule_words(c.rule, language)
    entries = [("hypothesis", hypothesis(c, language)), ("rule", rule), ("needs", needs)]
    inside = "".join(
        f"<dt>{escape(say(key, language))}</dt><dd>{escape(text)}</dd>" for key, text in entries
    )
    if lines := _rates(c, language):
        inside += f"<dt>{escape(say('rates', language))}</dt><dd>{escape(lines)}</dd>"
    codes = "".join(
        f"<dt>{escape(say(key, language))}</dt><dd><code>{escape(code)}</code></dd>"
        for key, code in (("mark", c.rule_hash), ("name", c.name))
    )
    return f"<dl>{inside}{codes}</dl>"


def _rates(c: Claim, language: str) -> str:
    """How often the verdict errs in simulated studies, in words; nothing where that is unknown."""
    rates = error_rates()
    if c.name not in rates.index or rates.loc[c.name, "rule_hash"] != c.rule_hash:
        return ""
    row, who = rates.loc[c.name], say("households" if c.takes == "panel" else "people", language)
    shares = [number(100 * row[f"supported_if_{kind}"], language, 0) for kind in ("false", "true")]
    lines = [say("rates said", language, int(row["simulations"]), who, *shares)]
    if row["rates_note"]:
        lines += [
            say(f"rates {kind}", language)
            for kind in ("false", "true")
            if f"where {kind}" in row["rates_note"]
        ]
    return " ".join(lines)


def _data_say(c: Claim, rows: pd.DataFrame, language: str) -> str:
    if rows.empty:
        key = "say untestable" if c.untestable else "not put"
        return f"<p>{escape(say(key, language))}</p>"
    apart = (~rows["population"].isin(_HEADLINE)).astype(int) + rows["kind"].eq("simulated")
    rows = rows.loc[apart.sort_values(kind="stable").index]  # the simulated ones last
    lines = [_one_study(c, row, language) for row in rows.itertuples()]
    if set(rows["kind"]) == {"simulated"}:
        lines.insert(0, f"<p>{escape(say('no data', language))}</p>")
    return "\n".join(lines)


def _aside(rows: pd.DataFrame, language: str) -> str:
    """Studies that set the claim aside, and why."""
    lines = [(row.study, row.why.removeprefix(SET_ASIDE)) for row in rows.itertuples()]
    return "".join(
        f"<p><strong>{escape(study)}</strong> <span class='dim'>{escape(say('aside', language))}: "
        f"<span lang='en'>{escape(why)}</span></span></p>"
        for study, why in lines
    )


def _one_study(c: Claim, row, language: str) -> str:
    simulated = row.kind == "simulated"
    who = say("simulated", language) if simulated else say(row.population, language)
    stored = f", {say('stored', language)}" if getattr(row, "evidence", "live") == "stored" else ""
    label = f" <span class='label'>{escape(who)}</span>" if simulated else ""
    figures = ""
    if not pd.isna(row.estimate):
        words = say("estimate", language)
        if pd.isna(row.low):
            lines = number(row.estimate, language, decimals_of_n(row.n))
        else:
            row = row._replace(estimate=_inside(row))
            places = decimals(row.low, row.high)
            lines, low, high = (
                number(v, language, places) for v in (row.estimate, row.low, row.high)
            )
            lines += f" [{low}; {high}]"
            words += f", {say('interval', language)}"
        words += f": {lines}"
        figures = f"<p>{escape(words)}</p>"
        figures += "" if pd.isna(row.low) else _reach(c, row, language, words)
    truth = f" <span class='dim'>{escape(_truth(row, language))}</span>" if simulated else ""
    if note := getattr(row, "truth_note", ""):
        truth += f" <span class='dim'>({escape(phrase_words(note, language))})</span>"
    small = f" – {say('withheld', language)}" if row.why == say("withheld", "en") else ""
    why = "" if small else _reasons(str(row.why), language)
    n = small or f", n {whole(int(row.n), language)}"
    return (
        f"<p><strong>{escape(row.study)}</strong>{label} "
        f"<span class='dim'>({escape(who)}{escape(n)}{escape(stored)}; "
        f"{escape(say(row.measured, language))})</span> {badge(row.verdict, language)}{truth}</p>"
        f"{figures}{why}"
    )


def _inside(row) -> float:
    """The point, or 0 where it lies below an interval that ends there: less than chance gives."""
    return max(row.estimate, 0.0) if row.low == 0 else row.estimate


def _reasons(why: str, language: str) -> str:
    """Part by part, as it was computed; names of constructs as words."""
    parts = "".join(f"<li>{escape(part)}</li>" for part in reason_words(why, language))
    return f"<p class='dim'>{escape(say('reasons', language))}:</p><ul class='dim'>{parts}</ul>"


def _truth(row, language: str) -> str:
    """Whether the claim holds in the simulated world, and whether the verdict errs there."""
    truth = getattr(row, "truth", "")
    if truth not in ("true", "false", "unset"):
        return ""
    wrong = {"true": "contradicted", "false": "supported", "unset": ""}[truth] == row.verdict
    lines = say(f"truth {truth}", language)
    return f"{lines} {say('truth missed', language)}" if wrong else lines


def _reach(c: Claim, row, language: str, words: str) -> str:
    """The estimate and its interval on a line, with zero and the bound of a single rule."""
    ends = [row.estimate, 0.0, row.low, row.high]
    bound = _bound(c)
    ends += [] if bound is None else [bound]
    low, high = min(ends), max(ends)
    span = (high - low) or 1.0

    def x(value: float) -> str:
        return f"{_EDGE + (value - low) / span * (_WIDTH - 2 * _EDGE):.1f}"

    parts = [
        f"<line x1='{_EDGE}' x2='{_WIDTH - _EDGE}' y1='22' y2='22' "
        "stroke='currentColor' opacity='.25'/>"
    ]
    parts.append(_tick(x(0), "0", dashed=False, top=True))
    if bound:
        parts.append(_tick(x(bound), number(bound, language, 2), dashed=True, top=False))
    parts.append(
        f"<line x1='{x(row.low)}' x2='{x(row.high)}' y1='22' y2='22' "
        "stroke='currentColor' stroke-width='3'/>"
    )
    parts.append(f"<circle cx='{x(row.estimate)}' cy='22' r='5.5' fill='currentColor'/>")
    return (
        f"<svg class='reach' viewBox='0 0 {_WIDTH} 46' role='img' "
        f"aria-label='{escape(words, quote=True)}'>{''.join(parts)}</svg>"
    )


def _bound(c: Claim) -> float | None:
    """The bound of a claim with a single rule; which part a row shows is not said else."""
    if len(c.rules) != 1 or c.rules[0].kind not in ("effect", "absent", "side", "figure"):
        return None
    rule = c.rules[0]
    return rule.bound * (rule.direction if rule.kind == "effect" else 1)


def _tick(x: str, text: str, *, dashed: bool, top: bool) -> str:
    dash = " stroke-dasharray='3 3'" if dashed else ""
    return (
        f"<line x1='{x}' x2='{x}' y1='12' y2='32' stroke='currentColor'{dash}/>"
        f"<text x='{x}' y='{9 if top else 44}' text-anchor='middle'>{escape(text)}</text>"
    )


def _cannot(c: Claim, rows: pd.DataFrame, language: str) -> str:
    """Limits of the design, of the measurement, and the claim's own."""
    design = next((d for d in ("randomised", "descriptive") if d in c.design), "associational")
    lines = [] if c.untestable else [say(f"limit {design}", language)]
    lines += [
        say(f"limit {how}", language) for how in ("proxy", "part") if how in set(rows["measured"])
    ]
    if rows["why"].str.contains(ONE_WAY, regex=False).any():
        lines.append(say("limit habits", language))
    if (rows["kind"] == "simulated").any():
        lines.append(say("simulated note", language))
    if (rows["why"] == say("withheld", "en")).any():
        lines.append(say("limit small", language))
    inside = "".join(f"<li>{escape(line)}</li>" for line in lines)
    own = claim_limits(c, language)
    inside += f"<li>{escape(own)}</li>" if own else ""
    return f"<ul>{inside}</ul>"
