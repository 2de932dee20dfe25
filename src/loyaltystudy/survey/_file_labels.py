"""Labels of codes in a file beside those of the codebook: the same, in other words, or wrong."""

from loyaltystudy.survey._headers import squeeze
from loyaltystudy.survey._schema import Column
from loyaltystudy.survey._values import words_of


def label_faults(entry: Column, labels: dict) -> list[str]:
    """Codes whose label in the file is another code's in the codebook."""
    faults = []
    for raw, code, label in _labels_that_differ(entry, labels):
        others = [c for c in entry.answers.codes if c != code and _has_label(entry, c, label)]
        if others:
            own = code in entry.answers.codes and words_of(entry, code)
            said = f"{words_of(entry, code)!r}" if own else "without a label"
            where = ", ".join(f"{c:g}" for c in others)
            faults.append(
                f"code {raw:g} is {label!r} in the file, but {said} in the codebook (there "
                f"{where} has that label). Correct the one that is wrong, or declare `recode`."
            )
    return faults


def other_words(entry: Column, labels: dict) -> list[tuple[float, str, str]]:
    """Codes whose label in the file is no label of the codebook, though they have another one."""
    known = {squeeze(w) for words in entry.answers.codes.values() for w in words.values()}
    return [
        (raw, label, words_of(entry, code))
        for raw, code, label in _labels_that_differ(entry, labels)
        if code in entry.answers.codes and words_of(entry, code) and squeeze(label) not in known
    ]


def _labels_that_differ(entry: Column, labels: dict):
    """Raw code, code and the file's label, where the code has no such label in the codebook.

    A label cut short still agrees.
    """
    for raw, label in labels.items():
        code = entry.recode.get(f"{raw:g}", raw)
        if code is None or raw in entry.missing or not squeeze(label):
            continue
        own = [squeeze(w) for w in entry.answers.codes.get(code, {}).values()]
        cut = len(label.encode()) > 75 and any(w.startswith(squeeze(label)) for w in own)
        if squeeze(label) not in own and not cut:
            yield raw, code, label


def _has_label(entry: Column, code: float, label: str) -> bool:
    return squeeze(label) in {squeeze(w) for w in entry.answers.codes[code].values()}
