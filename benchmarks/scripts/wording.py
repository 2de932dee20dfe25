"""How many questions of a scale should be reversed? What wording does to false claims and to fit.

    python benchmarks/scripts/wording.py      # wording.md; some minutes

Two things pull apart. Where no question is reversed, a habit of agreeing passes for an association.
Where half are reversed, the same habit spoils the one-factor models on which invariance rests. All
respondents are simulated; seeds are 10,000 and on.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from tqdm import tqdm

from loyaltystudy.claims._register import register
from loyaltystudy.claims._rules import combine
from loyaltystudy.simulation import (
    _instrument as instrument,
    _model as model,
    _simulate as simulate,
)
from loyaltystudy.simulation._drawing import draw_for_claim

HERE = Path(__file__).parents[1] / "results"
N, SEED = 1000, 10_000
STUDIES, FITTED = 400, 100
SEVEN = (
    "direct_dialogue",
    "exclusive_access",
    "visibility",
    "story_credibility",
    "memorable_experience",
    "programme_fatigue",
    "reward_demand",
)
CLAIMS = (
    "programme-fatigue",
    "being-visible",
    "direct-dialogue-closer",
    "experiences-kindle",
    "credible-story",
    "exclusive-access-value",
)
PAIR = ("loyalty", "affective_commitment")
AS_IT_IS = instrument.codebook()


def worded(turned: dict[str, int]):
    """The instrument with so many questions of some scales reversed: the last of each."""
    items = dict(AS_IT_IS.items)
    for scale, many in turned.items():
        own = AS_IT_IS.scales[scale].items
        for place, name in enumerate(own):
            items[name] = replace(items[name], reversed=place >= len(own) - many)
    return replace(AS_IT_IS, items=items)


def verdicts(claim: str, kind: str, turned: dict[str, int], studies: int) -> list[str]:
    """The claim's own test and rule on studies of a questionnaire so worded."""
    book, known, found = worded(turned), register()[claim], []
    with ExitStack() as stack:
        for module in (instrument, model, simulate):
            stack.enter_context(patch.object(module, "codebook", lambda: book))
        forget()
        for i in range(studies):
            parts = known.test(draw_for_claim(claim, kind, n=N, seed=SEED + i), i)
            found.append(combine([r.judge(p) for r, p in zip(known.rules, parts, strict=True)]))
    forget()
    return found


def forget() -> None:
    """What was worked out for another wording."""
    simulate.world_model.cache_clear()
    instrument.mean_for_share.cache_clear()


def main() -> None:
    lines = [*HEAD]
    for claim in tqdm(CLAIMS, unit="claim"):
        rates = [
            verdicts(claim, "false", dict.fromkeys(SEVEN, many), STUDIES).count("supported")
            for many in (0, 1)
        ]
        lines.append(f"| {claim} | " + " | ".join(f"{r / STUDIES:.1%}" for r in rates) + " |")
    lines += [*BETWEEN]
    for text, many in tqdm((("one of four", 1), ("two of four", 2)), unit="wording"):
        found = verdicts("two-logics", "true", dict.fromkeys(PAIR, many), FITTED)
        row = [found.count(v) / FITTED for v in ("not measured", "supported")]
        lines.append(f"| {text} | " + " | ".join(f"{r:.0%}" for r in row) + " |")
    (HERE / "wording.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


HEAD = (
    "# How many questions should be reversed (simulated)",
    "",
    f"`python benchmarks/scripts/wording.py`: simulated studies of {N:,} respondents, through each claim's "
    "own test and rule. Respondents share a mood and a habit of agreeing; 3 % are careless.",
    "",
    f"**False claims that come out as supported**, of {STUDIES} studies, with none and with the "
    "last of three questions reversed in " + ", ".join(s.replace("_", " ") for s in SEVEN) + ":",
    "",
    "| claim (false) | none reversed | one of three |",
    "|---|---|---|",
)
BETWEEN = (
    "",
    f"**One-factor models**, of {FITTED} studies in which `two-logics` is true. It is *not "
    "measured* where metric invariance of loyalty, the bonds and trust does not hold, and "
    "configural invariance takes a CFI of .90. Reversed, in loyalty and in affective commitment:",
    "",
    "| reversed | not measured | supported |",
    "|---|---|---|",
)

if __name__ == "__main__":
    main()
