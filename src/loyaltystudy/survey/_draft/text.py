"""A planned codebook as YAML: one line an entry, each with its comment."""

from loyaltystudy.survey._draft.entries import DraftedCodebook
from loyaltystudy.survey._yaml import on_one_line

_HEAD = """\
# Drafted by loyaltystudy from {file}. Every line is a proposal: read it beside the questionnaire.
# "observed": only the answers show this range or these codes; correct it where more was possible.
# Scales are columns of one answer scale that go with each other; `reversed` marks those that run
# against the others. What is measured is undecided: `loyaltystudy label` goes through it.
"""
_POPULATION = "decide: customers, members, visitors, employees or public"
_JOINED = "many scales: neighbours are joined; group them by what they mean"
_ONE_LINE = {"items", "scales", "variables", "answers"}


def codebook_text(plan: DraftedCodebook, file: str) -> str:
    """The whole file."""
    lines = [_HEAD.format(file=_safe(file)).rstrip("\n")]
    for key, value in plan.raw.items():
        if key in _ONE_LINE:
            lines += [f"{key}:", *_entries(key, value, plan)]
        else:
            joined = key == "blocks" and any("_to_" in name for name in value)
            note = f"  # {_POPULATION}" if key == "population" else f"  # {_JOINED}" * joined
            lines.append(on_one_line({key: value}) + note)
    if plan.weights:
        lines.append(f"# A weight? Then: design: {{weight: {plan.weights[0]}}}")
    lines += _margins(plan.raw.get("variables", {}))
    if plan.left_out:
        lines.append("# Left out:")
        lines += [f"#   {_safe(column)}: {_safe(why)}" for column, why in plan.left_out.items()]
    return "\n".join(lines) + "\n"


def _margins(variables: dict) -> list[str]:
    """How to weight to margins of the population, by the first variable of a few categories."""
    for name, entry in variables.items():
        answers = entry.get("answers")
        codes = answers.get("codes", {}) if isinstance(answers, dict) else {}
        if entry.get("kind") == "nominal" and 2 <= len(codes) <= 6:
            even = dict.fromkeys(codes, round(1 / len(codes), 3))
            example = _safe(on_one_line({"design": {"margins": {name: even}}}))
            return [f"# Weight to margins? Then, with the population's own shares: {example}"]
    return []


def _entries(section: str, entries: dict, plan: DraftedCodebook):
    for name, entry in entries.items():
        comment = _safe(plan.comments.get((section, name), ""))
        yield f"  {on_one_line({name: entry})}" + (f" # {comment}" if comment else "")


def _safe(text: str) -> str:
    """A comment stays on its line, whatever a label holds."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
