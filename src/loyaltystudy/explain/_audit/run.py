"""The audit: the comparison of blocks, made again under every condition that could be unfair."""

from collections.abc import Sequence

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._audit.baseline import ALL, COLUMNS, Audited, row
from loyaltystudy.explain._audit.behaviour import behaviour
from loyaltystudy.explain._audit.demographics import best_demographics
from loyaltystudy.explain._audit.learner import learner
from loyaltystudy.explain._audit.method import shared_method
from loyaltystudy.explain._audit.overlap import overlap
from loyaltystudy.explain._audit.result import BlockAudit
from loyaltystudy.explain._audit.unreliability import reliability_corrected
from loyaltystudy.explain._audit.width import equal_width
from loyaltystudy.explain._blocks import compare_blocks
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.survey import Study

CHECKS = (
    equal_width,
    best_demographics,
    learner,
    reliability_corrected,
    shared_method,
    overlap,
    behaviour,
)


def audit_blocks(
    data,
    outcome: str,
    blocks=None,
    *,
    controls: Sequence[str] = (),
    confidence: float = 0.95,
    seed: int = 0,
) -> BlockAudit:
    r"""Audit a comparison of blocks: does the order survive fairer conditions?

    The comparison of :func:`loyaltystudy.compare_blocks` is repeated

    - ``equal_width``: less what a permuted block of the same number of columns reaches by chance.
    - ``best_demographics``: with the block named ``demographics`` given splines, dummies of all
      categories and two-way interactions, plain and shrunken by ridge; every version is judged
      cross-validated, the best is taken.
    - ``learner``: boosted trees on all columns, judged on unseen rows: above the adjusted R² of
      curves and products (``shape="curved"``) by two standard errors, these miss something.
    - ``reliability``: with scales corrected for unreliability, errors in variables on the
      moments: each variance times its ρ, which is omega of a
      one-factor model, or alpha for scales of two items. The outcome is corrected too, which
      raises all blocks alike. Single items and variables stay uncorrected.
    - ``shared_method``: with common method variance *c* taken out of all correlations between
      opinions, R − c mm' with *m* 1 for scales and other ratings, 0 for facts by their
      construct (Lindell & Whitney 2001: (r − c)/(1 − c) between opinions), at *c* the
      smallest of these; and the *c* at which each pair of neighbours would turn.
    - ``overlap``: HTMT (2015), latent correlations (two-factor model, maximum likelihood) and
      item by item, of predictors with the outcome and of predictors in different blocks. At .85
      and over flagged. The comparison is repeated without what restates the outcome.
    - ``behaviour``: with a behavioural outcome (spend, churn, tenure, brands bought) if measured.

    Parameters
    ----------
    data : Study, DataFrame or Moments
        As in :func:`loyaltystudy.compare_blocks`. Reliability, shared method, overlap and
        behaviour need a Study; equal width and demographics need rows.
    outcome : str
    blocks : dict, list or None
    controls : sequence of str
    confidence : float
        Level of the intervals.
    seed : int
        Of permutations, folds and bootstrap draws.

    Returns
    -------
    BlockAudit
        ``.table``: ``check, block, measure, estimate, low, high, note``. ``block`` is ``(all)``
        in the row that says what the check means as a whole; ``pairs_turned`` counts the pairs of
        blocks in another order of dominance. Overlaps name a pair, turning points ``A > B``,
        versions of the demographics ``demographics (version)``. ``.dominance``: block x check;
        ``.flags``: overlaps at .85 and over; ``.notes``: check to what it means.

    Raises
    ------
    SurveyError
        As :func:`loyaltystudy.compare_blocks` does.

    Notes
    -----
    Corrections rest on assumptions that data do not test: errors of items independent of one
    another and of the outcome (``reliability``), and one method factor that touches all opinions
    alike (``shared_method``). Read them as sensitivity, not as truth.

    Intervals of ``reliability`` allow for the sampling error of the reliabilities; simulated, they
    cover .90 to .99, at worst .89 for a small dominance of .03 in 200 respondents
    (``benchmarks/results/audit_reliability.md``; 250 simulations a cell). Those of turning points
    cover .94 to .97 (``benchmarks/results/audit_method.md``). Those of ``shared_method`` and
    ``behaviour`` take *c* as given and have no simulation of their own; those of ``equal_width``
    are the comparison's. ``best_demographics`` has none.

    References
    ----------
    Fuller (1987), Measurement error models. Lindell & Whitney (2001), Journal of Applied
    Psychology 86, 114-121. Henseler, Ringle & Sarstedt (2015), Journal of the Academy of
    Marketing Science 43, 115-135. R: ``eivtools::eivreg``, ``semTools::htmt``, ``lavaan::cfa``.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> from loyaltystudy.explain import audit_blocks
    >>> study = ls.load_study("mobile-reputation", source="shipped")
    >>> audit = audit_blocks(study, "loyalty", ["trust", "emotional_bonds"])
    >>> audit.flags[["block", "measure", "estimate"]].round(3)
                            block             measure  estimate
    0  trust, affective_commitment                htmt     0.853
    1  trust, affective_commitment  latent_correlation     0.853
    """
    from tqdm import tqdm

    comparison = compare_blocks(
        data, outcome, blocks, controls=controls, confidence=confidence, seed=seed
    )
    if len(comparison.blocks) < 2:
        raise SurveyError(f"One block, {[*comparison.blocks]}: an audit compares at least two.")
    frame = model_frame(data, outcome, blocks, controls)
    study = data if isinstance(data, Study) else None
    audited = Audited(comparison, frame, study, confidence, seed)
    rows = _as_compared(audited)
    for check in tqdm(CHECKS, desc="audit", disable=None):
        rows += check(audited)
    return BlockAudit(pd.DataFrame(rows, columns=COLUMNS), comparison)


def _as_compared(audited: Audited) -> list[dict]:
    table = audited.comparison.table
    rows = [
        row("as_compared", r.block, r.measure, r.adjusted, low=r.low, high=r.high)
        for r in table[table["measure"].isin(["alone", "unique", "dominance"])].itertuples()
    ]
    order = " > ".join(audited.baseline.sort_values(ascending=False).index)
    return [*rows, row("as_compared", ALL, "order", note=f"Dominance, adjusted: {order}.")]
