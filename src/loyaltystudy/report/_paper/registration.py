"""A plan as the text of a preregistration: the questions of AsPredicted, answered."""

from loyaltystudy.claims import Plan, register
from loyaltystudy.report._paper.metadata import weighting
from loyaltystudy.survey import Codebook

_ANALYSIS = (
    "Scales are scored as the mean of their items (reversed items turned by the declared range; "
    "three in four items answered, unless the codebook says otherwise). Blocks of predictors are "
    "compared by general dominance with adjusted R-squared and 95 % jackknife intervals, on "
    "complete rows."
)


def registration_text(plan: Plan, codebook: Codebook) -> str:
    """The plan in the order of AsPredicted's form, which OSF offers too; Markdown.

    Parameters
    ----------
    plan : Plan
    codebook : Codebook
        Of the questionnaire that will be fielded.

    Examples
    --------
    >>> from loyaltystudy.claims import make_plan
    >>> from loyaltystudy.survey import load_codebook, data_folder
    >>> book = load_codebook(data_folder() / "mobile-ecsi")
    >>> text = registration_text(make_plan(book, ["would-miss"], respondents=300), book)
    >>> text.splitlines()[0], "300 respondents" in text
    ('# Preregistration: European customer satisfaction index, mobile phone providers', True)
    """
    known = register()
    claims = [known[name] for name in plan.claims if name in known]
    answers = {
        "Have any data been collected for this study already?": "No, unless 8 says otherwise.",
        "What is the main question being asked or hypothesis being tested in this study?": _lines(
            f"{c.name}: {c.hypothesis}" for c in claims
        ),
        "Describe the key dependent variable(s) specifying how they will be measured.": _measures(
            codebook
        ),
        "How many and which conditions will participants be assigned to?": _conditions(codebook),
        "Specify exactly which analyses you will conduct to examine the main question.": _lines(
            [
                _ANALYSIS,
                *_weighting(codebook),
                *(f"{c.name} (rule {c.rule_hash}): {c.rule}" for c in claims),
            ]
        ),
        "Describe exactly how outliers will be defined and handled, and your rule for excluding "
        "observations.": _careless(plan),
        "How many observations will be collected or what will determine sample size?": (
            f"{plan.respondents} respondents." if plan.respondents else "Not decided."
        ),
        "Anything else you would like to pre-register?": _lines(
            [
                *(f"{name}: {note}" for name, note in plan.notes.items()),
                f"Lock of the plan (SHA-256): {plan.lock}",
            ]
        ),
    }
    parts = [f"# Preregistration: {codebook.title}"]
    parts += [
        f"## {i}. {question}\n\n{text}" for i, (question, text) in enumerate(answers.items(), 1)
    ]
    return "\n\n".join(parts) + "\n"


def _weighting(codebook: Codebook) -> list[str]:
    design = codebook.design
    if not design.margins:
        return [f"Figures are weighted by {design.weight}."] if design.weight else []
    return [f"{weighting(codebook)} So is every replicate behind an interval."]


def _lines(texts) -> str:
    return "\n".join(f"- {text}" for text in texts)


def _measures(codebook: Codebook) -> str:
    """Every scale: its construct, its number of items, its answers."""
    lines = []
    for name, scale in codebook.scales.items():
        first = codebook.items[scale.items[0]]
        what = scale.construct or "no construct of the vocabulary"
        lines.append(
            f"{name} ({what}): {len(scale.items)} item{'s' * (len(scale.items) > 1)}, answers "
            f"{first.answers.describe()}"
        )
    return _lines(lines) or "See the codebook."


def _conditions(codebook: Codebook) -> str:
    arms = [v for v in codebook.variables.values() if v.vignettes]
    if not arms:
        return "None: everybody is asked the same."
    return _lines(f"{v.name}: {len(v.vignettes)} versions, drawn at random" for v in arms)


def _careless(plan: Plan) -> str:
    if plan.careless == "keep":
        return "Nobody is excluded. Signs of careless answering are counted and reported."
    return "Respondents with two points or more of the signs of careless answering are left out."
