"""The codebook for archives and other programs: DDI-Codebook 2.5 and Frictionless Table Schema."""

import json
import re
from collections.abc import Mapping

from loyaltystudy.report._templates import rendered
from loyaltystudy.survey import Codebook, Column

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML has them


def ddi(book: Codebook) -> str:
    """The codebook as DDI-Codebook 2.5 XML: a variable with question, range, codes and concept.

    DDI Alliance, DDI-Codebook 2.5 (2014 revision).
    """
    scale_of = {item: name for name, scale in book.scales.items() for item in scale.items}
    return rendered(
        "ddi.xml",
        "en",
        book=book,
        ids={name: f"V{i}" for i, name in enumerate(book.columns, 1)},  # that XML allows
        scale_of=dict.fromkeys(book.columns, "") | scale_of,
        weights=(book.design.weight, book.design.base_weight),
        weighting=weighting(book) if book.design.margins else "",
        missing=lambda entry: sorted({*entry.missing, *book.missing}),
        plain=lambda text: _CONTROL.sub(" ", text),
    )


def weighting(book: Codebook) -> str:
    """Margins to which answers are weighted, with their shares."""
    design = book.design
    start = f" from the weight {design.base_weight}" if design.base_weight else ""
    margins = "; ".join(
        f"{name} ({', '.join(f'{group}: {share:g}' for group, share in margin.items())})"
        for name, margin in design.margins.items()
    )
    return f"Answers are weighted{start} to margins of the population by raking: {margins}."


def table_schema(book: Codebook) -> str:
    """The codebook as a Frictionless Table Schema: the columns of the file of answers."""
    missing = sorted(
        {*book.missing, *(c for entry in book.columns.values() for c in entry.missing)}
    )
    made = {book.design.weight} if book.design.margins else set()  # stands in no file
    fields = [_field(entry) for name, entry in book.columns.items() if name not in made]
    if book.design.respondent and book.design.respondent not in {f["name"] for f in fields}:
        fields.insert(0, {"name": book.design.respondent, "type": "any"})
    schema = {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "fields": fields,
        "missingValues": ["", *(f"{code:g}" for code in missing)],
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _field(entry: Column) -> dict:
    kind = getattr(entry, "kind", "item")
    field: dict = {"name": entry.column or entry.name, "type": _kind(entry, kind)}
    if words := _first(entry.wording):
        field["title"] = words[:200]
        field["description"] = words
    if entry.answers.range:
        field["constraints"] = {"minimum": entry.low, "maximum": entry.high}
        if field["type"] == "integer":
            field["constraints"] = {"minimum": int(entry.low), "maximum": int(entry.high)}
    elif entry.answers.codes:
        whole = all(float(code).is_integer() for code in entry.answers.codes)
        codes = [int(c) if whole else c for c in entry.answers.codes]
        field["constraints"] = {"enum": codes}
        field["categories"] = [
            {"value": code, "label": _first(words)}
            for code, words in zip(codes, entry.answers.codes.values(), strict=True)
        ]
    return field


def _kind(entry: Column, kind: str) -> str:
    if kind == "text":
        return "string"
    codes = all(float(code).is_integer() for code in entry.answers.codes)
    return "integer" if entry.answers.whole and codes and kind != "numeric" else "number"


def _first(words: Mapping[str, str]) -> str:
    return words.get("en") or next(iter(words.values()), "")
