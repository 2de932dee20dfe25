"""What a reader of a study should know of its answers, though nothing is wrong with them."""

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._checks import label_notes
from loyaltystudy.survey._faults import rows_shown
from loyaltystudy.survey._files.exports import not_finished
from loyaltystudy.survey._schema import Codebook

UNFINISHED = ("keep", "leave out")


def rows_kept(raw: pd.DataFrame, unfinished: str) -> tuple[pd.DataFrame, list[str]]:
    """The rows to read, and what is said of previews and of answers that were broken off."""
    if unfinished not in UNFINISHED:
        raise SurveyError(f"unfinished={unfinished!r} is not known. Take one of {[*UNFINISHED]}.")
    masks = {what: mask for what, mask in not_finished(raw).items() if mask.any()}
    if not masks:
        return raw, []
    counts = " and ".join(f"{int(mask.sum())} {what}" for what, mask in masks.items())
    if unfinished == "keep":
        return raw, [f"{counts} are among the answers; unfinished='leave out' leaves them out."]
    gone = np.logical_or.reduce(list(masks.values()))
    if gone.all():
        raise SurveyError(f"All {len(raw)} rows are previews or unfinished; keep them.")
    kept = raw.loc[~gone]
    kept.attrs.update(raw.attrs)
    return kept, [f"{counts} were left out; {len(kept)} of {len(raw)} rows are read."]


def reading_notes(raw: pd.DataFrame, book: Codebook, found: dict[str, str]) -> list[str]:
    """How the file was read where it left a choice, and what its labels and weights are."""
    notes = []
    if raw.attrs.get("encoding_found"):
        notes.append(f"The file was read as {raw.attrs['encoding_found']}.")
    if raw.attrs.get("decimal") == ",":
        notes.append("Numbers were read with a decimal comma.")
    notes += [raw.attrs["header_said"]] if "header_said" in raw.attrs else []
    if blank := list(raw.attrs.get("blank_rows", ())):
        notes.append(
            f"No cell is filled in {rows_shown(blank)} below the column names: left out, and not "
            "counted in the numbers of rows elsewhere."
        )
    return [*notes, *label_notes(raw, book, found), *_weight_notes(raw, book, found)]


def _weight_notes(raw: pd.DataFrame, book: Codebook, found: dict[str, str]) -> list[str]:
    if book.design.weight_of_file not in found:
        return []
    column = found[book.design.weight_of_file]
    text = raw[column].astype(str).str.strip().str.replace(",", ".", regex=False)
    least = pd.to_numeric(text, errors="coerce") <= 0
    if not least.any():
        return []
    return [
        f"column {column!r}: {int(least.sum())} weights of 0 or less; left out like missing "
        "weights wherever weights are used."
    ]
