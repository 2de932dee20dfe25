"""Give the simulated Nordic study the instrument's codebook, under its own head.

    python tools/nordic_codebook.py

Run it before the study's answers are drawn anew: they are drawn from the instrument, and the
study's codebook is the instrument's with another head.
"""

from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
BODY = "\ndesign:"  # where head and body part


def main() -> None:
    instrument, nordic = (
        DATA / name / "codebook.yaml" for name in ("instrument", "nordic-simulated")
    )
    head = nordic.read_text(encoding="utf-8").partition(BODY)[0]
    _, start, body = instrument.read_text(encoding="utf-8").partition(BODY)
    nordic.write_text(head + start + body, encoding="utf-8")


if __name__ == "__main__":
    main()
