"""The codebook for archives and other programs: DDI-Codebook 2.5 and Frictionless Table Schema."""

import json
import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from loyaltystudy.survey import Codebook, Column

NAMESPACE = "ddi:codebook:2_5"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML has them


def ddi(book: Codebook) -> str:
    """The codebook as DDI-Codebook 2.5 XML: a variable with question, range, codes and concept.

    DDI Alliance, DDI-Codebook 2.5 (2014 revision).
    """
    root = ET.Element(
        "codeBook", {"xmlns": NAMESPACE, "version": "2.5", "xml:lang": book.languages[0]}
    )
    citation = ET.SubElement(ET.SubElement(root, "stdyDscr"), "citation")
    titles = ET.SubElement(citation, "titlStmt")
    _text(titles, "titl", book.title)
    _text(titles, "IDNo", book.study)
    if book.design.margins:
        collected = ET.SubElement(ET.SubElement(root[0], "method"), "dataColl")
        _text(collected, "weight", weighting(book))
    data = ET.SubElement(root, "dataDscr")
    scale_of = {item: name for name, scale in book.scales.items() for item in scale.items}
    for i, (name, scale) in enumerate(book.scales.items(), 1):
        members = " ".join(_ids(book)[item] for item in scale.items)
        group = ET.SubElement(
            data, "varGrp", {"ID": f"G{i}", "name": name, "type": "analysis", "var": members}
        )
        for language, words in scale.label.items():
            _text(group, "labl", words, language)
        if scale.construct:
            _text(group, "concept", scale.construct)
    for name, entry in book.columns.items():
        _variable(data, _ids(book)[name], entry, book, scale_of.get(name, ""))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "unicode") + "\n"


def weighting(book: Codebook) -> str:
    """Margins to which answers are weighted, with their shares."""
    design = book.design
    start = f" from the weight {design.base_weight}" if design.base_weight else ""
    margins = "; ".join(
        f"{name} ({', '.join(f'{group}: {share:g}' for group, share in margin.items())})"
        for name, margin in design.margins.items()
    )
    return f"Answers are weighted{start} to margins of the population by raking: {margins}."


def _ids(book: Codebook) -> dict[str, str]:
    """Identifiers that XML allows."""
    return {name: f"V{i}" for i, name in enumerate(book.columns, 1)}


def _text(parent: ET.Element, tag: str, text: str, language: str = "") -> ET.Element:
    child = ET.SubElement(
        parent, tag, {"xml:lang": language} if language not in ("", "und") else {}
    )
    child.text = _CONTROL.sub(" ", text)
    return child


def _variable(data: ET.Element, key: str, entry: Column, book: Codebook, scale: str) -> None:
    """One variable; its children in the order that the schema wants."""
    kind = getattr(entry, "kind", "item")
    continuous = kind == "numeric"
    about = {"ID": key, "name": entry.name, "intrvl": "contin" if continuous else "discrete"}
    about |= {"wgt": "wgt"} if entry.name in (book.design.weight, book.design.base_weight) else {}
    variable = ET.SubElement(data, "var", about)
    for language, words in entry.wording.items():
        _text(variable, "labl", words[:250], language)
    question = ET.SubElement(variable, "qstn")
    for language, words in entry.wording.items():
        _text(question, "qstnLit", words, language)
    if entry.answers.range:
        limits = {"min": f"{entry.low:g}", "max": f"{entry.high:g}"}
        ET.SubElement(ET.SubElement(variable, "valrng"), "range", limits)
    missing = sorted({*entry.missing, *book.missing})
    if missing:
        gone = ET.SubElement(variable, "invalrng")
        for code in missing:
            ET.SubElement(gone, "item", {"VALUE": f"{code:g}"})
    if scale:
        _text(
            variable,
            "txt",
            f"Item of scale {scale}{', reversed' if getattr(entry, 'reversed', False) else ''}",
        )
    for code, words in entry.answers.codes.items():
        category = ET.SubElement(variable, "catgry")
        _text(category, "catValu", f"{code:g}")
        for language, label in words.items():
            _text(category, "labl", label, language)
    if construct := getattr(entry, "construct", None):
        _text(variable, "concept", construct)
    ET.SubElement(variable, "varFormat", {"type": "character" if kind == "text" else "numeric"})


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
