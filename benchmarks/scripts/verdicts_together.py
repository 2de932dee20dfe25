"""Error rates of the headline where many claims are true and false at once.

    python benchmarks/scripts/verdicts_together.py              # 60 studies a world, then the table
    python benchmarks/scripts/verdicts_together.py --table      # verdicts_together.md alone
    python benchmarks/scripts/verdicts_together.py --minutes 4  # stop after so long; run again to go on

Each study answers the whole instrument with 18 % of shared method (thirds) and is put to all claims
that its world sets. Of the supported ones: how many are false, before and after Benjamini-Hochberg,
and whether Holm lets one of three false primary claims pass. Seeds are the numbers of the studies.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import pandas as pd

from loyaltystudy.claims import primary_verdicts, remaining
from loyaltystudy.claims._register import register
from loyaltystudy.claims._rules import combine
from loyaltystudy.simulation._joint import together
from loyaltystudy.simulation._simulate import simulate_study

RESULTS = Path(__file__).resolve().parents[1] / "results"
CSV, MARKDOWN = RESULTS / "verdicts_together.csv", RESULTS / "verdicts_together.md"
METHOD, N = (0.18, "thirds"), 1000
PRIMARY = ("responsibility-matters", "identification", "engaged-recommend")


def one(world: str, seed: int) -> dict:
    """Counts of one study."""
    truth = {claim: kind == "true" for claim, kind in together()[world].items()}
    study = simulate_study(world, n=N, seed=seed, method=METHOD)
    table = pd.DataFrame([_row(study, claim, seed) for claim in truth])
    table = table.assign(study=world, true=table["claim"].map(truth))
    judged = table[table["verdict"] != "not measured"]
    named = judged[judged["verdict"] == "supported"]
    kept = remaining(judged)["remain"].item()
    kept_false = _kept_false(judged)
    primary = primary_verdicts(table, PRIMARY).set_index("claim")["verdict"]
    return {
        "world": world,
        "seed": seed,
        "judged": len(judged),
        "true": int(judged["true"].sum()),
        "supported_true": int(named["true"].sum()),
        "supported_false": int((~named["true"]).sum()),
        "contradicted_true": int((judged["true"] & (judged["verdict"] == "contradicted")).sum()),
        "remain": kept,
        "remain_false": kept_false,
        "primary_false": int(
            any(v == "supported" and not truth.get(c, True) for c, v in primary.items())
        ),
    }


def _row(study, claim: str, seed: int) -> dict:
    known = register()[claim]
    parts = known.test(study, seed)
    pairs = list(zip(known.rules, parts, strict=True))
    p = max(rule.p(part) for rule, part in pairs)
    return {"claim": claim, "verdict": combine([r.judge(e) for r, e in pairs]), "p": p}


def _kept_false(judged: pd.DataFrame) -> int:
    """False claims among those that Benjamini-Hochberg leaves."""
    from loyaltystudy.claims._sensitivity import benjamini_hochberg

    kept = benjamini_hochberg(judged["p"].fillna(1.0)) < 0.05
    return int((kept & (judged["verdict"] == "supported") & ~judged["true"]).sum())


def run(many: int, minutes: float) -> None:
    from tqdm import tqdm

    end = time.monotonic() + 60 * minutes
    done = pd.read_csv(CSV) if CSV.is_file() else pd.DataFrame(columns=["world", "seed"])
    known = set(zip(done["world"], done["seed"], strict=True))
    work = [(w, i) for i in range(many) for w in together() if (w, i) not in known]
    for world, seed in tqdm(work, unit="study"):
        if time.monotonic() > end:
            break
        done = pd.concat([done, pd.DataFrame([one(world, seed)])], ignore_index=True)
        done.to_csv(CSV, index=False, lineterminator="\n")


def write_table() -> None:
    table = pd.read_csv(CSV)
    lines = [
        "# Many claims at once: error rates of the headline (simulated)",
        "",
        f"Studies of {N:,} respondents who answer the whole instrument, with 18 % of shared method "
        "(a third each mood, agreeing and liking of the company). Made by `python "
        "benchmarks/scripts/verdicts_together.py`; seeds are the numbers of the studies.",
        "",
        "| world | studies | claims judged | true | true ones supported | false ones supported | "
        "false share of those named | that remain by Benjamini-Hochberg | false share of those | "
        "a false primary claim by Holm |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for world, own in table.groupby("world", sort=False):
        mean = own.mean(numeric_only=True)
        named = own["supported_true"] + own["supported_false"]
        false = (own["supported_false"] / named.clip(lower=1)).mean()
        kept = (own["remain_false"] / own["remain"].clip(lower=1)).mean()
        lines.append(
            f"| {world} | {len(own)} | {mean['judged']:.1f} | {mean['true']:.1f} | "
            f"{mean['supported_true']:.1f} | {mean['supported_false']:.2f} | {false:.3f} | "
            f"{mean['remain']:.1f} | {kept:.3f} | {mean['primary_false']:.2f} |"
        )
    MARKDOWN.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--table", action="store_true", help="write the table alone")
    options.add_argument("--simulations", type=int, default=60, help="studies a world")
    options.add_argument("--minutes", type=float, default=600, help="stop after so long")
    chosen = options.parse_args()
    if not chosen.table:
        run(chosen.simulations, chosen.minutes)
    write_table()


if __name__ == "__main__":
    main()
