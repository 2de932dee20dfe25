"""Make the invented survey of notebook 12: `python -m tools.own_survey_example`.

Nobody answered it. A bank that does not exist asks its customers; every answer is drawn with a
seed from the model written below. The file looks like an export of Qualtrics and has the faults
that such files have: previews and answers broken off, 99 for "do not know", an item worded against
its scale, people who tick one box all the way, addresses, remarks.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

FILE = Path(__file__).parents[1] / "data" / "own-survey-example" / "answers.csv"
N, SEED, CARELESS, PREVIEWS, UNFINISHED = 320, 12, 12, 3, 7
ITEMS = {  # column: factor, loading (below zero: worded against the scale), wording
    "trust_1": ("trust", 0.8, "I can rely on Example Bank"),
    "trust_2": ("trust", 0.8, "Example Bank keeps its promises"),
    "trust_3": ("trust", -0.7, "Example Bank hides things from me"),
    "trust_4": ("trust", 0.75, "Example Bank tells me the truth"),
    "bond_1": ("bond", 0.85, "I feel attached to Example Bank"),
    "bond_2": ("bond", 0.8, "I would miss Example Bank if it closed"),
    "bond_3": ("bond", 0.8, "Example Bank means a lot to me"),
    "value_1": ("value", 0.8, "Example Bank is worth what it costs"),
    "value_2": ("value", 0.75, "The fees of Example Bank are fair"),
    "value_3": ("value", 0.75, "I get a lot for my money at Example Bank"),
    "value_4": ("value", 0.7, "My money does well at Example Bank"),
    "active_1": ("engagement", 0.75, "I follow what Example Bank does"),
    "active_2": ("engagement", 0.8, "I take part in what Example Bank arranges"),
    "active_3": ("engagement", 0.7, "I tell Example Bank what could be better"),
    "active_4": ("engagement", 0.75, "I talk with others about Example Bank"),
    "fair_1": ("responsibility", 0.8, "Example Bank takes responsibility for its surroundings"),
    "fair_2": ("responsibility", 0.8, "Example Bank cares about more than profit"),
    "fair_3": ("responsibility", 0.75, "Example Bank treats people fairly"),
    "loyal_1": ("loyalty", 0.8, "I will stay with Example Bank"),
    "loyal_2": ("loyalty", 0.85, "I would choose Example Bank again"),
    "loyal_3": ("loyalty", 0.75, "My next account will be with Example Bank"),
    "loyal_4": ("loyalty", 0.75, "I consider myself a loyal customer of Example Bank"),
}
ALONE = {
    "satisfied": "All in all, how satisfied are you with Example Bank? (1 to 7)",
    "recommend": "How likely are you to recommend Example Bank? (0 to 10)",
    "age": "How old are you?",
    "sex": "Are you a woman (1) or a man (2)?",
    "education": "Your education, from 1 (compulsory school) to 5 (five years of university)",
    "books": "Books at home when you grew up, from 1 (none) to 5 (over 500)",
    "remarks": "Anything else?",
}
TOOL = {
    "StartDate": "Start Date",
    "Status": "Response Type",
    "Finished": "Finished",
    "ResponseId": "Response ID",
    "RecipientEmail": "Recipient Email",
}
WORDING = TOOL | {name: said for name, (*_, said) in ITEMS.items()} | ALONE


def draw(rng: np.random.Generator) -> list[list]:
    """One row a respondent, as the survey tool would write them."""
    age, books = rng.integers(18, 80, N), rng.integers(1, 6, N)
    factors = _factors(rng, (age - 49) / 18, (books - 3) / 1.41)
    columns = [_agreement(rng, factors[f], weight) for f, weight, _ in ITEMS.values()]
    items = np.column_stack(columns)
    items[rng.choice(N, CARELESS, replace=False)] = rng.integers(2, 7, (CARELESS, 1))
    items = np.where(rng.random(items.shape) < 0.01, 99, items)
    satisfied = _agreement(rng, 0.6 * factors["trust"] + 0.4 * factors["value"], 0.8)
    liking = 0.5 * factors["loyalty"] + 0.4 * factors["bond"] + 0.5 * rng.normal(size=N)
    recommend = np.clip(np.round(6.5 + 2.2 * liking), 0, 10).astype(int)
    sex = rng.integers(1, 3, N)
    education = np.clip(np.round(0.5 * books + 1.5 + rng.normal(0, 0.9, N)), 1, 5).astype(int)
    rest = [satisfied, recommend, age, sex, education, books]
    answers = np.column_stack([items, *rest]).tolist()
    return [
        [*tool, *row, remark]
        for tool, row, remark in zip(_tool(rng), answers, _remarks(rng), strict=True)
    ]


def _tool(rng) -> list[list]:
    """The survey tool's own columns: a few previews, a few that broke off."""
    odd = rng.choice(N, PREVIEWS + UNFINISHED, replace=False)
    previews, broken = odd[:PREVIEWS], odd[PREVIEWS:]
    return [
        [
            f"2026-03-{1 + n % 28:02} 12:00:00",
            "Survey Preview" if n in previews else "IP Address",
            "False" if n in broken else "True",
            f"R_{n:015d}",
            f"person{n}@example.org",
        ]
        for n in range(N)
    ]


def _factors(rng, age: np.ndarray, books: np.ndarray) -> dict[str, np.ndarray]:
    """About standardised; all share liking of the bank, and loyalty rests mostly on the bond."""
    liking, e = rng.normal(size=N), rng.normal(size=(6, N))
    trust = 0.6 * liking + 0.8 * e[0]
    bond = 0.6 * liking + 0.15 * age + 0.78 * e[1]
    value = 0.4 * liking + 0.92 * e[2]
    engagement = 0.3 * liking + 0.3 * bond + 0.85 * e[3]
    fair = 0.5 * liking + 0.3 * trust + 0.75 * e[4]
    rest = 0.05 * age - 0.03 * books + 0.6 * e[5]
    loyalty = 0.25 * trust + 0.5 * bond + 0.2 * value + 0.05 * engagement + rest
    return {
        "trust": trust,
        "bond": bond,
        "value": value,
        "engagement": engagement,
        "responsibility": fair,
        "loyalty": loyalty,
    }


def _agreement(rng, factor: np.ndarray, weight: float) -> np.ndarray:
    """Answers from 1 to 7."""
    noise = np.sqrt(1 - weight**2) * rng.normal(size=N)
    return np.clip(np.round(4.4 + 1.5 * (weight * factor + noise)), 1, 7).astype(int)


def _remarks(rng) -> list[str]:
    said = ["", "", "", "", "Fine.", "The queue on the phone is long.", "I like the new app."]
    return [said[i] for i in rng.integers(0, len(said), N)]


def main(path: Path = FILE) -> Path:
    """Write the file: names, wording and import identifiers, then the answers."""
    identifiers = [json.dumps({"ImportId": name}) for name in WORDING]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([[*WORDING], [*WORDING.values()], identifiers])
        writer.writerows(draw(np.random.default_rng(SEED)))
    return path


if __name__ == "__main__":
    main()
