"""The sections of a report of one study, as HTML made from its analysis."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from loyaltystudy.report._answered import answers_to, is_zero_to_ten, weights_of, without_weight
from loyaltystudy.report._disclosure import SMALLEST
from loyaltystudy.report._page import bullets, figure_html, paragraph, table_html, with_interval
from loyaltystudy.report._phrases import phrase_words
from loyaltystudy.report._selection import columns_at_hand, complete_rows
from loyaltystudy.report._sentences import listed, outcome_words, percent, stat
from loyaltystudy.report._templates import part
from loyaltystudy.report._translations import called, called_block, capital, number, say, texts

if TYPE_CHECKING:
    from loyaltystudy.report._analysis import Analysis

READ = ("dominance", "alone", "unique")  # measures of the detailed table, in this order


def answer_section(analysis: Analysis, folder: Path) -> str:
    """The answer in sentences, the figure of the blocks, and what it rests on."""
    language = analysis.language
    lines = paragraph(" ".join(analysis.answer), "lead")
    figure = figure_html(folder / "figures" / "comparison.svg", " ".join(analysis.answer))
    return lines + figure + "".join(paragraph(line, "dim") for line in _footing(analysis, language))


def _footing(analysis: Analysis, language: str) -> Iterable[str]:
    found, outcome = analysis.comparison, analysis.outcome
    if outcome is not None:
        label = called(outcome.name, language, analysis.labels)
        yield say(f"found {outcome.found_by}", language, label)
    if found is not None:
        yield say("compared n", language, found.n, left_out_words(analysis))
    if left := _left_out(analysis):
        yield say("left out", language, "; ".join(left))
    yield from design_lines(analysis, language)


def left_out_words(analysis: Analysis) -> str:
    """How many a comparison leaves out for missing answers, and how many for their weight."""
    language, dropped = analysis.language, analysis.comparison.n_dropped or 0
    none = min(without_weight(analysis.study), dropped)
    words = say("left out missing", language, few(dropped - none, language))
    return f"{words}, {say('left out weight', language, few(none, language))}" if none else words


def few(count: int, language: str) -> str:
    """A count of people that may be shown."""
    return str(count) if count == 0 or count >= SMALLEST else say("few", language)


def _left_out(analysis: Analysis) -> list[str]:
    """What is not in the blocks, by reason."""
    reasons: dict[str, list[str]] = {}
    passed = analysis.outcome.passed_over if analysis.outcome else ()
    for left in (*passed, *analysis.left_out):
        label = called(left.name, analysis.language, analysis.labels)
        reasons.setdefault(left.why, []).append(label)
    return [
        f"{listed(names, analysis.language)} ({say(f'why {why}', analysis.language)})"
        for why, names in reasons.items()
    ]


def design_lines(analysis: Analysis, language: str) -> Iterable[str]:
    """Whether figures are weighted, and how answers were drawn."""
    design, found = analysis.study.codebook.design, analysis.comparison
    if not design.weight:
        yield say("unweighted", language)
    else:
        line = say("weighted", language, called(design.weight, language, analysis.labels))
        if design.margins:
            names = [called(name, language, analysis.labels) for name in design.margins]
            line = say("weighted to margins", language, listed(names, language))
        sure = _effective(analysis)
        if found is not None and sure:
            line += " " + say("effective", language, found.n, sure)
        yield line
    if design.cluster:
        yield say("clustered", language, called(design.cluster, language, analysis.labels))
    if design.strata:
        yield say("stratified", language, called(design.strata, language, analysis.labels))


def _effective(analysis: Analysis) -> str:
    """Kish's effective number of the answers compared."""
    names = [analysis.outcome.name] if analysis.outcome else []
    names += [name for members in analysis.blocks.values() for name in members]
    columns = columns_at_hand(analysis.study)
    if not names or not set(names) <= {*columns}:
        return ""
    kept = analysis.study.answers.index.isin(complete_rows(analysis.study, names, columns).index)
    weights = weights_of(analysis.study)[kept]
    return f"{weights.sum() ** 2 / (weights**2).sum():.0f}" if len(weights) else ""


def answers_section(analysis: Analysis) -> str:
    """How people answered: loyalty, and where asked recommendation and satisfaction."""
    if analysis.answers is None or analysis.answers.empty:
        return ""
    return _bars(analysis, analysis.answers) + _promoters(analysis)


def _promoters(analysis: Analysis) -> str:
    nps, language = analysis.recommend, analysis.language
    if nps is None:
        asked = analysis.study.measures("recommend")
        shown = asked is not None and asked.name in set(analysis.answers["name"])
        withheld = shown and is_zero_to_ten(analysis.study, asked)
        return paragraph(say("nps withheld", language), "dim") if withheld else ""
    figures = [number(v, language, 0) for v in (nps.score, nps.low, nps.high)]
    shares = [percent(share, language) for share in (nps.promoters, nps.detractors)]
    return paragraph(say("nps", language, *figures, nps.n, *shares))


def who_section(analysis: Analysis) -> str:
    """How many answered, whom the plan leaves out, and shares of the groups they belong to."""
    language, book = analysis.language, analysis.study.codebook
    simulated = "simulated" in (book.kind, book.population)
    who = "simulated" if simulated else book.population
    words = say(who, language) if who in texts() else who
    inside = paragraph(say("answered", language, analysis.study.n, words))
    if analysis.excluded:
        inside += paragraph(say("excluded", language, few(analysis.excluded, language)))
    if analysis.profile is not None and len(analysis.profile):
        inside += _bars(analysis, analysis.profile)
    return inside


def _bars(analysis: Analysis, table: pd.DataFrame) -> str:
    """Shares as bars: a table for each question, side by side where there is room."""
    language, made = analysis.language, []
    columns = columns_at_hand(analysis.study)
    for name, rows in table.groupby("name", sort=False):
        label = called(str(name), language, analysis.labels)
        key, count = answers_to(analysis.study, columns[name])
        caption = say(key, language, label, count)
        shares = [percent(share, language) for share in rows["share"]]
        widths = [f"{width:.0f}" for width in 100 * rows["share"] / rows["share"].max()]
        made.append((caption, list(zip(rows["answer"], shares, widths, strict=True))))
    return part("bars", language, made)


def measured_section(analysis: Analysis, folder: Path, *, named: bool = False) -> str:
    """Reliability of the scales: table and figure."""
    table, language = analysis.reliability, analysis.language
    if table is None or table.empty:
        return ""
    single, words = int((table["items"] == 1).sum()), say("measured", language)
    shown = reliability_cells(analysis)
    caption = f"{analysis.study.name if named else words} ({say('interval', language)})"
    body = table_html(shown, language, caption=caption) if len(shown) else ""
    note = paragraph(say("single", language, single), "dim") if single else ""
    return body + note + figure_html(folder / "figures" / "reliability.svg", words)


def reliability_cells(analysis: Analysis) -> pd.DataFrame:
    """Alpha and omega of the scales of several questions, with intervals, as read."""
    language, table = analysis.language, analysis.reliability
    table = table[table["items"] > 1]
    return pd.DataFrame(
        {
            say("scale", language): [called(s, language, analysis.labels) for s in table["scale"]],
            say("items", language): table["items"],
            "n": table["n"],
            say("alpha", language): with_interval(table, "alpha", language),
            say("omega", language): with_interval(table, "omega", language),
        }
    )


def blocks_section(analysis: Analysis, *, named: bool = False) -> str:
    """A row a block with its measures and their intervals, and what each block holds."""
    found, language = analysis.comparison, analysis.language
    if found is None:
        return ""
    caption = f"{analysis.study.name}: " if named else ""
    caption += _compared(analysis) + " " + say("reading", language)
    note = say("below zero", language) if found.below_zero else ""
    table = table_html(block_cells(analysis), language, caption=caption)
    return table + paragraph(note, "dim") + bullets(_members(analysis))


def block_cells(analysis: Analysis) -> pd.DataFrame:
    """Every block's measures with intervals, as read; what lies below zero is marked."""
    found, language = analysis.comparison, analysis.language
    shown = found.shown.assign(below=found.table["adjusted"] < 0).set_index("measure")
    order = shown.loc[[READ[0]]].sort_values("adjusted", ascending=False)["block"]
    columns = {
        say("block", language): [called_block(name, language, analysis.labels) for name in order]
    }
    for measure in READ:
        part = shown.loc[[measure]].set_index("block").loc[order]
        part = part.rename(columns={"low": "adjusted_low", "high": "adjusted_high"})
        texts = with_interval(part, "adjusted", language)
        marks = ["\u00a0*" if zero else "" for zero in part["below"]]
        columns[say(measure, language)] = [a + b for a, b in zip(texts, marks, strict=True)]
    return pd.DataFrame(columns)


def _compared(analysis: Analysis) -> str:
    found, language = analysis.comparison, analysis.language
    r2 = [stat(v, language) for v in (found.r2, found.r2_adjusted, found.r2_cv)]
    left = left_out_words(analysis)
    return say("compared", language, outcome_words(analysis), *r2, found.n, left)


def _members(analysis: Analysis) -> list[str]:
    """What each block holds, where that is more than its own name says."""
    language, lines = analysis.language, []
    for block, names in analysis.blocks.items():
        held = ", ".join(called(name, language, analysis.labels) for name in names)
        own = capital(called_block(block, language, analysis.labels))
        if held.casefold() != own.casefold():
            lines.append(say("members of", language, own, held))
    return lines


def careful_section(analysis: Analysis) -> str:
    table, language = analysis.screening, analysis.language
    if table is None:
        return ""
    flagged = str(table["flagged"].iloc[-1])
    count = say(flagged, language) if flagged in texts() else flagged
    return paragraph(capital(say("flagged", language, count, analysis.study.n)))


def gap_lines(analysis: Analysis) -> list[str]:
    """What could not be made, each with its reason, and what a reader should know; a line each."""
    language, found = analysis.language, analysis.comparison
    lines = [(one.section, one.why) for one in (*analysis.gaps, *analysis.notes)]
    lines += [("comparison", note) for note in (found.notes if found else ())]
    lines += [("answers read", note) for note in reading_notes(analysis.study)]
    said = [
        f"{_step(part, language)}: {phrase_words(_labelled(why, analysis), language)}"
        for part, why in lines
    ]
    return list(dict.fromkeys(said))


def _labelled(text: str, analysis: Analysis) -> str:
    """A note with what scales and variables are called in place of their names."""

    labels = analysis.labels
    return re.sub(r"'([^']+)'", lambda m: repr(labels[m[1]]) if m[1] in labels else m[0], text)


def reading_notes(study) -> list[str]:
    """How the file was read: no numbers of rows, counts under ten or raked weights."""
    raked = study.raking.remarks if study.raking is not None else ()
    apart = tuple(remark[:1].upper() + remark[1:] for remark in raked)
    notes = [n for n in study.notes if not n.startswith(("Weighted to margins", *apart))]
    counts = r"\b[1-9] (?=unfinished answers|previews|weights)"
    notes = [re.sub(r"in rows? \d[\d, ]*(?: and \d+ more)?(?= )", "in some rows", n) for n in notes]
    return [re.sub(counts, f"fewer than {SMALLEST} ", note) for note in notes]


def _step(section: str, language: str) -> str:
    key = f"step {section}"
    return capital(say(key, language)) if key in texts() else section
