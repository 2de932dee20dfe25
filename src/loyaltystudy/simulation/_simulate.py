"""Draw a study from a world; list the worlds."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, did_you_mean
from loyaltystudy.simulation._instrument import LATER, answer_items, codebook, draw_habits
from loyaltystudy.simulation._joint import LEFT_OUT, NORDIC, NORDIC_PANELS, set_together, together
from loyaltystudy.simulation._model import Latent, Model
from loyaltystudy.simulation._panels import PANEL_TRUTHS
from loyaltystudy.simulation._structure import Structure
from loyaltystudy.simulation._variables import NEVER_MISSING, answer_variables
from loyaltystudy.simulation._worlds_of_claims import claim_worlds
from loyaltystudy.survey import Study

KINDS = ("true", "false")
DRAWN = {"(cluster)": "store", "(weight)": "weight"}  # columns that some rivals' samples have
DRAWN_BY = {"(cluster)": "cluster", "(weight)": "weight"}


def simulate_study(
    world: str,
    *,
    n: int,
    seed: int,
    asks: Sequence[str] | None = None,
    habits: bool = True,
    method: tuple[float, str] | None = None,
) -> Study:
    """Simulate answers to the questionnaire where it is known which claims are true.

    Parameters
    ----------
    world : str
        ``"<claim>:true"`` or ``"<claim>:false"``: one claim is set, all others rest at a neutral
        baseline; ``:smallest`` and ``:twice`` (the smallest effect, twice it) and rivals by name
        (:func:`list_worlds`) where a claim has them; ``"all-true"`` or ``"all-false"``: see
        :func:`list_worlds` for the claims that exclude each other.
    n : int
        Respondents, 1 or more.
    seed : int
        Seed of the random numbers; the same seed gives the same study.
    asks : sequence of str or None
        Constructs to be asked; None asks the whole instrument. What is asked changes which
        random numbers an item gets, not the world.
    habits : bool
        Whether answers share mood and agreeing, and some respondents are careless. Without, all
        that scales share is what they measure: how much the habits alone do to a verdict is the
        difference.

    Returns
    -------
    Study
        Labelled simulated in kind and population.

    Raises
    ------
    SurveyError
        If the world or a construct is not known, or n is below 1.

    Notes
    -----
    Background and demographics, what customers notice, bonds, loyalty and other outcomes are
    standard normal latent variables of a recursive linear model
    (:class:`~loyaltystudy.simulation._structure.Structure`); bends, ceilings, interactions and
    vignettes come after. An item is

    .. math:: x = \\left[\\mu + \\sigma(\\lambda \\xi + .12 M \\pm .20 A + e)\\right]

    rounded and held within its range, with a mood *M* that colours every answer and a habit *A*
    of agreeing, which reversed items turn: together 2 to 7 % of a scale's variance. 3 % of the
    respondents are careless (half answer at random, half give one answer throughout); 4 % of the
    answers are missing, all from the fifth of respondents who skip a fifth of the questions.

    Examples
    --------
    >>> simulate_study("programme-fatigue:true", n=200, seed=1)
    Study 'programme-fatigue:true' (simulated): 200 respondents, 260 columns, population simulated
    """
    if not isinstance(n, (int, np.integer)) or n < 1:
        raise SurveyError(f"n={n!r}: a whole number of respondents, 1 or more, is needed.")
    model, structure = world_model(world)
    rng, later = np.random.default_rng(seed), later_streams(seed)
    latent = structure.draw(n, rng, later)
    for change in model.after:
        change(latent)
    scales, variables = _asked(asks)
    ways = draw_habits(n, rng, shared=habits, method=method)
    columns = answer_items(latent, scales, model.means, ways, rng, later, attention=asks is None)
    columns |= _singles(latent, variables, model, ways.skips, rng)
    book = replace(codebook(), study=world, country=model.country)
    answers = _frame(columns, n, texts=asks is None)
    drawn = {key: DRAWN[label] for label, key in DRAWN_BY.items() if label in latent}
    if drawn:
        book = replace(book, design=replace(book.design, **drawn))
        answers = answers.assign(
            **{DRAWN[label]: latent[label] for label in DRAWN_BY if label in latent}
        )
    return Study(book, answers)


def later_streams(seed: int) -> dict[str, np.random.Generator]:
    """Random numbers of what the questionnaire asks since its first edition.

    So that a seed still gives the answers that it gave before.
    """
    return {
        name: np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(i + 1,)))
        for i, name in enumerate(LATER)
    }


@lru_cache(maxsize=8)
def world_model(world: str) -> tuple[Model, Structure]:
    """What a world sets, and its structure."""
    if world in together():
        model = set_together(world)
    else:
        claim, _, kind = world.rpartition(":")
        worlds = claim_worlds().get(claim)
        setting = worlds.setting(kind) if worlds else None
        if setting is None:
            raise SurveyError(
                f"No world {world!r}.{did_you_mean(world, together())} Take {[*together()]}, "
                f"or a claim with ':true' or ':false'; claims: {[*claim_worlds()]}."
            )
        model = Model()
        setting(model)
    return model, model.compile()


def _asked(asks: Sequence[str] | None) -> tuple[list[str], list[str]]:
    """Scales and variables that measure some constructs, or all."""
    book = codebook()
    if asks is None or "*" in asks:
        return list(book.scales), [v for v in book.variables if book.variables[v].kind != "text"]
    unknown = [name for name in asks if book.measures(name) is None and name not in book.variables]
    if unknown:
        raise SurveyError(f"asks: the instrument does not measure {unknown}.")
    found = [e.name if (e := book.measures(name)) else name for name in dict.fromkeys(asks)]
    parents = [v for v in ("father_occupation", "mother_occupation") if v in found]
    if "parents_occupation" in asks or parents:
        found += ["father_occupation", "mother_occupation"]
    scales = [name for name in dict.fromkeys(found) if name in book.scales]
    return scales, [name for name in dict.fromkeys(found) if name in book.variables]


def _singles(latent: Latent, names, model: Model, skips, rng) -> dict[str, np.ndarray]:
    answers = answer_variables(latent, names, model.plain)
    for name in answers:
        if name not in NEVER_MISSING:
            gone = rng.random(len(skips)) < skips
            answers[name] = np.where(gone, np.nan, answers[name])
    return answers


def _frame(columns: dict[str, np.ndarray], n: int, *, texts: bool) -> pd.DataFrame:
    """Answers as ``check_answers`` would bring them; the open questions are left empty."""
    book = codebook()
    index = pd.Index(np.arange(1, n + 1), name="respondent")
    if texts:
        empty = pd.Series(np.nan, index=index, dtype=object)
        columns |= {name: empty for name, v in book.variables.items() if v.kind == "text"}
        named = index.astype(str).to_numpy()
        columns[book.design.respondent] = pd.Series(named, index=index, dtype=object)
    ordered = {name: columns[name] for name in book.columns if name in columns}
    return pd.DataFrame(ordered, index=index, copy=False)


def list_worlds() -> pd.DataFrame:
    """List the simulated worlds, and which claims are true or false in each.

    Returns
    -------
    DataFrame
        A row for each world and claim that it sets: ``world, claim, true, effect`` (the figures
        intended for the parts of the claim's rule, in their order; a dash where none is),
        ``note``. ``all-true`` and ``all-false`` have a row for every claim; where they leave
        one out, ``true`` is missing and the note says which claim excludes it.

    Examples
    --------
    >>> worlds = list_worlds().set_index("world")
    >>> worlds.loc["programme-fatigue:true", ["true", "effect"]].tolist()
    [True, '0.3']
    """
    rows = []
    for claim, worlds in claim_worlds().items():
        for kind, effects in zip(KINDS, worlds.effects, strict=True):
            rows.append(
                (f"{claim}:{kind}", claim, kind == "true", _shown_text(effects), worlds.note)
            )
        for rival in worlds.rivals:
            rows.append((f"{claim}:{rival.name}", claim, False, "", rival.why))
    for claim, figures in PANEL_TRUTHS.items():
        for kind, figure in zip(KINDS, figures, strict=True):
            note = "a purchase panel; see loyaltystudy.simulation._panels"
            rows.append((f"{claim}:{kind}", claim, kind == "true", _shown_text((figure,)), note))
    for world, set_as in together().items():
        for claim, truth in claim_worlds().items():
            kind = set_as.get(claim)
            why = LEFT_OUT[world].get(claim, truth.note)
            effect = _shown_text(truth.effects[KINDS.index(kind)]) if kind else ""
            rows.append((world, claim, None if kind is None else kind == "true", effect, why))
    for claim, kind in NORDIC_PANELS.items():
        effect = _shown_text((PANEL_TRUTHS[claim][KINDS.index(kind)],))
        rows.append((NORDIC, claim, kind == "true", effect, "a purchase panel of its own"))
    return pd.DataFrame(rows, columns=["world", "claim", "true", "effect", "note"])


def _shown_text(effects: Sequence[float]) -> str:
    return ", ".join("-" if np.isnan(e) else f"{e:.3g}" for e in effects)
