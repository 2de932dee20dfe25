r"""Intervals for explained variance that hold, at zero too: the jackknife with noncentral chi².

An R², alone or added, is never negative, so percentile and BCa bootstrap intervals never cover a
true zero. Here the statistic :math:`\hat\theta` is taken for what it locally is, a quadratic
form, about :math:`\kappa \chi'^2_\nu(\lambda) / n`; the jackknife gives its scale and the limits
come from inverting the noncentral chi² distribution.
"""

from numbers import Real

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.rsquared._moments import Moments, subset_r2, without_rounding

SMALLEST = 1e-12
STEADY = 0.6  # for dominance: benchmarks/results/worlds.md
MOST_FREEDOM = 1e6  # of a quadratic form
FAR = 1e9  # a statistic from here on is normal
CACHED = 1 << 16  # entries of an array that a step of a loop goes over several times


def leave_one_out(x: np.ndarray, y: np.ndarray, w: np.ndarray, blocks, controls, names):
    r"""R² of every subset of blocks, on all rows and without each row in turn.

    .. math:: SSE_{-i} = SSE - \frac{w_i e_i^2}{1 - h_i}, \qquad
              SST_{-i} = SST - \frac{w_i (y_i - \bar y)^2}{1 - w_i / W}

    with residuals *e* and leverages *h* from one QR decomposition of the centred columns, so
    that no row's model is fitted anew. A row with leverage 1 (a category of one person) has no
    residual and leaves SSE as it is.

    Parameters
    ----------
    x : ndarray, shape (n, p)
    y, w : ndarray, shape (n,)
    blocks : list of list of int
        Columns of each block.
    controls : list of int
        Columns in every subset.
    names : list of str
        Of the columns, for messages.

    Returns
    -------
    values : ndarray, shape (2**k,)
    without : ndarray, shape (n, 2**k)

    Raises
    ------
    SurveyError
        If a column holds a missing or infinite value, is constant, or is a linear combination
        of others.
    """
    q, r, target, leverage = _factor(x, y, w, names)
    subsets = 1 << len(blocks)
    # residuals and leverages, a row a subset: those with a block stand behind those without it
    e, h = np.empty((subsets, len(y))), np.empty((subsets, len(y)))
    # in the space of R's columns, what no column of the subset spans: small, so that only the new
    # directions of a block are multiplied out over all rows of the data
    free = np.eye(len(r))[None]
    free, e[:1], h[:1] = _extended(q, r[:, controls], free, target[None], leverage[None])
    for at, columns in enumerate(blocks):
        old, new = slice(0, 1 << at), slice(1 << at, 2 << at)
        more, e[new], h[new] = _extended(q, r[:, columns], free, e[old], h[old])
        free = np.concatenate([free, more])
    sst = target @ target
    sse = np.einsum("sn,sn->s", e, e)
    sst_without = sst - target**2 / (1 - leverage)
    for residual, row, left in zip(e, h, sse, strict=True):  # in place: 1 - h, then without a row
        np.subtract(1, row, out=row)
        alone = row <= 1e-10
        np.divide(residual**2, row, out=row, where=~alone)
        row[alone] = 0
        np.subtract(left, row, out=row)
        np.divide(row, sst_without, out=row)
        np.subtract(1, row, out=row)
    return 1 - sse / sst, h.T


def _extended(q, columns, free, e, h):
    """What is still free, residuals and leverages once more columns are in each subset."""
    if not columns.shape[1]:
        return free, e, h
    direction = np.linalg.qr(free @ columns)[0]
    # twice is enough: the second projection takes out what rounding left of the subset's columns
    direction = np.linalg.qr(free @ direction)[0]
    across = direction.swapaxes(1, 2)
    residual, leverage = np.empty_like(e), np.empty_like(h)
    step = max(1, CACHED // (q.shape[0] * columns.shape[1]))
    for i in range(0, len(e), step):
        some = slice(i, i + step)
        basis = across[some] @ q.T  # (subset, column, row)
        fitted = (basis @ e[some, :, None]).swapaxes(1, 2) @ basis
        np.subtract(e[some], fitted[:, 0], out=residual[some])
        np.add(h[some], (basis**2).sum(axis=1), out=leverage[some])
    return free - direction @ across, residual, leverage


def _factor(x, y, w, names):
    """QR of the weighted, centred, scaled columns; the target; the leverage of the mean."""
    open_ended = [names[j] for j in np.flatnonzero(~np.isfinite(x).all(axis=0))]
    if open_ended or not np.isfinite(y).all():
        raise SurveyError(
            f"Missing or infinite values in {open_ended or 'the outcome'}. "
            "Recode them, or leave these rows out."
        )
    total, root = w.sum(), np.sqrt(w)
    centred = (x - w @ x / total) * root[:, None]
    length = np.sqrt((centred**2).sum(axis=0))
    size = np.sqrt((x**2).sum(axis=0))
    constant = [names[j] for j in np.flatnonzero(length <= 1e-10 * np.maximum(size, 1e-300))]
    if constant:
        raise SurveyError(f"Constant columns explain nothing: {constant}. Leave them out.")
    target = (y - w @ y / total) * root
    if target @ target <= 1e-20 * max(y @ y, 1e-300):
        raise SurveyError("The outcome is constant: there is nothing to explain.")
    q, r = np.linalg.qr(centred / length)
    _check_rank(r, names)
    return q, r, target, w / total


def _check_rank(r: np.ndarray, names) -> None:
    for j in np.flatnonzero(np.abs(np.diag(r)) < 1e-7):
        part = np.linalg.lstsq(r[:, :j], r[:, j], rcond=1e-9)[0]
        others = [names[i] for i in np.flatnonzero(np.abs(part) > 1e-6)]
        raise SurveyError(
            f"Column {names[j]!r} is a linear combination of {others}. Leave one of them out."
        )


def leave_group_out(m: Moments, outcome: str, blocks, controls=(), *, tolerant: bool = False):
    """R² of every subset on all groups, and without each group in turn: moments subtracted.

    The groups (clusters of people, or parts of a file) are the leading axis of the moments.
    ``tolerant`` of columns without variance, in the whole too.
    """
    whole = m.total()
    values = subset_r2(whole, outcome, blocks, controls, tolerant=tolerant)
    rest = without_rounding(whole - m, whole)
    return values, subset_r2(rest, outcome, blocks, controls, tolerant=True)


def jackknife(theta: np.ndarray, without: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Standard error and bias of a statistic from its values without each unit (first axis)."""
    units = len(without)
    mean = without.mean(axis=0)
    se = np.sqrt((units - 1) / units * ((without - mean) ** 2).sum(axis=0))
    return se, (units - 1) * (mean - theta)


def explained_interval(
    theta, se, bias, width, *, confidence=0.95, freedom=np.inf, tails=None, steady=0.0
):
    r"""Interval for an explained variance (alone, unique or dominance).

    With :math:`z = \operatorname{artanh}\sqrt{\hat\theta}`,
    :math:`s = SE / (2 \sqrt{\hat\theta} (1 - \hat\theta))`, :math:`T = (z/s)^2` and
    :math:`\nu = \max(q, 4 \hat\theta b / SE^2)` degrees of freedom, the limits are
    :math:`\tanh^2(s \sqrt\lambda)` with :math:`\lambda_{low}` and :math:`\lambda_{high}` the
    noncentralities at which *T* (at least :math:`\nu` for the upper one) is the upper and the
    lower tail's quantile of :math:`\chi'^2_\nu(\lambda)`.

    - For the upper limit :math:`\hat\theta` is first raised by
      :math:`\max(0, \nu\,SE^2 / 4\hat\theta - b)`, :math:`SE^2 / \hat\theta` kept: a jackknife
      bias *b* below that of the quadratic form says that the noise of the other columns has
      eaten of the estimate (added R² beside many columns).
    - The standard error has degrees of freedom (``freedom``, or by ``tails`` fewer), so *s* is
      widened: by Student's *t* over the normal quantile for the upper limit, for the lower one by
      the root of the *F* over the chi² quantile (where that is more), so that zero is left out
      when *T* passes the *F* test's bound. With hundreds of ordinary rows this changes little, with
      tens of groups or with a rare category it must not be left out. (Inverting noncentral *F*
      instead would be wrong: its noncentrality is in units of the unknown scale, and intervals of
      large effects come out half as wide again.)

    Parameters
    ----------
    theta, se, bias : ndarray, shape (m,)
        Estimates, 0..1, their standard errors and biases (:func:`jackknife`).
    width : array, shape (m,)
        q, the columns of the block.
    confidence : float
    freedom : float
        Degrees of freedom of the standard errors: units left out, less strata.
    tails : ndarray, shape (2, m), or None
        How many units the standard error rests on, and how skewed their parts in it are
        (:func:`tails_of`). That of a rare category rests on the few people in it: it has
        Satterthwaite's degrees of freedom, :math:`2 / (3 / m - 1 / n)` for *m* of *n* units. Where
        the parts are skewed to the right, an estimate that is too low has too small a standard
        error: the upper limit is :math:`1 + \gamma (1 + z^2) / 6z` times as far away, *z* the
        normal quantile (BCa's :math:`(z_0 + z) / (1 - a (z_0 + z))` to first order, with
        :math:`z_0 = a = \gamma / 6`; Efron 1987).
    steady : float or array, shape (m,)
        From 0 to 1. A mean of R² added to several sets (dominance) is
        :math:`t^2 + c^2` with a least value :math:`c^2` above zero. Near it the standard error,
        of :math:`t^2` alone, is small and says little, but the bias is not: with the scale
        :math:`\kappa` at least this share of :math:`b / q`,
        :math:`\hat t^2 = \hat\theta\, SE^2 / 4 \hat\theta \kappa`, and the upper limit is
        that of :math:`t^2` more than the rest.

    Returns
    -------
    low, high : ndarray, shape (m,)

    Notes
    -----
    Coverage of 95 % intervals by simulation (``benchmarks/results/coverage.md``: normal,
    five-point, heteroscedastic and heavy-tailed rows; weights, clusters, strata, groups, controls,
    wide blocks; ``worlds.md``: worlds that nothing was tuned on): .93 to .97 for effects that the
    sample can tell from zero. Where it falls short:

    - conservative, .97 to .99 (one miss in a thousand for 15 columns at n 150), where the effect
      is zero or too small for the sample: there the interval has one side only;
    - .926 for R² alone of .10 in 8 strata of 6 clusters; with 20 strata of 2 clusters differences
      between blocks cover .92 to .95;
    - "leaves out zero" is a one-sided test at half the error: take confidence .90 to match an
      *F* test at .05;
    - an estimate is not its own interval's middle: in a wide block it can lie above the upper
      limit where the adjusted one does not.
    """
    from scipy.special import chdtri, fdtri, ndtri, stdtrit

    tail = (1 - confidence) / 2
    theta = np.clip(theta, SMALLEST, 1 - SMALLEST)
    scale = _scale(theta, np.maximum(se, SMALLEST), bias, width, freedom + 1)
    nu = _form_freedom(width, bias, scale)
    # an estimate of zero to the last digit has no standard error: its scale is that of its bias
    nothing = theta < 1e-10
    scale = np.where(nothing, np.maximum(bias, SMALLEST) / width, scale)
    nu = np.where(nothing, width, nu)
    few, skewed = _few_and_skewed(tails, freedom, tail)
    wider_high, wider_low = skewed**2, 1.0
    if np.isfinite(few).all():
        student = (stdtrit(few, tail) / ndtri(tail)) ** 2
        wider_high = student * wider_high
        wider_low = np.maximum(student, nu * fdtri(nu, few, 1 - tail) / chdtri(nu, tail))
    # less bias than the form's own κν / n: the other columns' noise has eaten of the estimate
    shrunken = np.maximum(0, nu * scale - bias)
    # arctanh(sqrt(R²)) makes the spread of R² depend little on R² itself: the square of it over s2
    # is then near noncentral chi² with nu degrees, and its noncentrality is what limits are of
    s2_low = wider_low * scale / (1 - theta) ** 2
    t_low = np.arctanh(np.sqrt(theta)) ** 2 / s2_low
    # scipy's inverse gives a tiny number where not even zero noncentrality is small enough
    low = np.where(t_low > chdtri(nu, tail), _noncentrality(t_low, nu, 1 - tail), 0.0)
    high = _upper(theta + shrunken, wider_high * scale, nu, tail)
    if np.any(steady):
        kappa = np.maximum(scale, steady * bias / width)
        share = scale / kappa  # of the estimate that can shrink to zero
        far = _upper(theta, wider_high * kappa, width, tail, share)
        high = np.where(share < 1, np.maximum(high, far), high)
    return np.tanh(np.sqrt(s2_low * low)) ** 2, high


def tails_of(deviations: np.ndarray) -> np.ndarray:
    r"""How many units a standard error rests on, and how skewed their parts are; (2, ...).

    .. math:: m = 3 \frac{(\sum_i d_i^2)^2}{\sum_i d_i^4}, \qquad
              \gamma = -\frac{\sum_i d_i^3}{(\sum_i d_i^2)^{3/2}}

    with *d* (first axis the units) the deviations of a measure without each unit: *m* is their
    number where these are normal, and three times as many as there are people who alone make the
    standard error (one who is in a category of three). At least 1.
    """
    square = deviations**2
    total = square.sum(axis=0)
    # squares of squares underflow where a measure hardly moves: 0 / 0 then counts all units
    fourth, third = (square**2).sum(axis=0), -(square * deviations).sum(axis=0)
    moves = fourth > 0
    many = 3 * total**2 / np.where(moves, fourth, 1.0)
    skewness = third / np.where(moves, total, 1.0) ** 1.5
    many = np.maximum(1.0, np.where(moves, many, len(deviations)))
    return np.stack([many, np.where(moves, skewness, 0.0)])


def worst_tails(each) -> np.ndarray:
    """Of several measures of the same blocks: the fewest units, and the greatest skewness."""
    each = np.array(each)
    return np.stack([each[:, 0].min(axis=0), each[:, 1].max(axis=0)])


def _few_and_skewed(tails, freedom, tail: float):
    """Degrees of freedom of a standard error, and how much farther its upper limit lies."""
    from scipy.special import ndtri

    if tails is None:
        return np.asarray(freedom), 1.0
    many, skewness = np.asarray(tails)
    few = 2 / np.maximum(3 / many - 1 / (freedom + 1), 1e-9)
    z = -ndtri(tail)
    return np.clip(few, 1.0, freedom), 1 + np.maximum(skewness, 0) * (1 + z**2) / (6 * z)


def _form_freedom(width, bias, scale):
    """Degrees of freedom of the quadratic form; bounded, for its scale may be rounding alone."""
    return np.clip(bias / scale, width, MOST_FREEDOM)


def _upper(theta, scale, nu, tail: float, share=1.0) -> np.ndarray:
    """The upper limit of an estimate of which a ``share`` is the quadratic form."""
    top = np.minimum(theta, 1 - SMALLEST)
    s2, square = scale / (1 - top) ** 2, np.arctanh(np.sqrt(top)) ** 2
    t = np.maximum(share * square / s2, nu)
    return np.tanh(np.sqrt((1 - share) * square + s2 * _noncentrality(t, nu, tail))) ** 2


def _noncentrality(t, nu, level: float) -> np.ndarray:
    """The noncentrality at which *t* is the quantile of noncentral chi² at ``level``."""
    from scipy.special import chndtrinc, ndtri

    far = t > FAR  # normal to the last digit, where SciPy's search takes long or fails
    near = chndtrinc(np.where(far, nu, t), nu, level)
    root = np.sqrt(np.maximum(t - nu, 0.0))
    return np.where(far, np.maximum(root - ndtri(level), 0.0) ** 2, near)


def _scale(theta, se, bias, width, units):
    r"""κ / n from a standard error: the root of :math:`SE^2 = 4 \theta \kappa + 2 q \kappa^2 / J`.

    Leaving out one of J units moves an estimate near zero by a square, too, whose spread is the
    second term; it vanishes with many units, and without it an estimate that is zero by chance
    would give few groups a scale without bound. Between the roots with and without that term
    the bias decides, which near zero is :math:`q \kappa`.
    """
    width, plain = np.asarray(width), se**2 / (4 * theta)
    least = 2 * se**2 / (4 * theta + np.sqrt(16 * theta**2 + 8 * width / units * se**2))
    return np.clip(bias / width, least, plain)


def wrong_confidence(confidence: float) -> list[str]:
    """What is wrong with a level of confidence: nothing, or one sentence.

    Examples
    --------
    >>> wrong_confidence(95)
    ['confidence=95: a level between 0 and 1 is needed, e.g. 0.95.']
    """
    if isinstance(confidence, Real) and 0 < confidence < 1:
        return []
    return [f"confidence={confidence!r}: a level between 0 and 1 is needed, e.g. 0.95."]
