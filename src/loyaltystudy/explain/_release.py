r"""When moments may be given away: nobody's row can be read out of them.

Moments of all rows together, no groups, under two conditions on the columns with a constant:

- *floor*: at least ten people in every category, the reference included, and on both sides of
  every column of two values;
- *leverage*: :math:`h_i = w_i v_i' G^{-1} v_i \le 1/5` for everybody, *v* a person's row with a
  one before it and *G* the sum of :math:`w v v'`.

Theorem. Every combination *Xc* that is not zero has at least :math:`1 / \max h` people who are
not zero in it. For :math:`u = \sqrt w X c = H u`, so :math:`u_i^2 \le h_i |u|^2`, and summed over
the people *S* who are not zero :math:`1 \le \sum_S h_i \le |S| \max h`. So whatever is read
linearly from *G* (a category, a reference, a difference, an overlap, a combination of scores) is a
sum over five people at least. Attacks that are not linear are not covered: there the size defends,
:math:`n \ge 5(p + 1)`, which the condition implies.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._columns import variables

FLOOR = 10  # people in every category
PEOPLE = 5  # behind every combination
MOST_STEPS = 200


def leverages(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Leverage of each row among its columns with a constant, 0 to 1; shape (n,).

    >>> leverages(np.array([[0.0], [0.0], [0.0], [1.0]]), np.ones(4)).round(3)
    array([0.333, 0.333, 0.333, 1.   ])
    """
    z = np.column_stack([np.ones(len(x)), x]) * np.sqrt(w)[:, None]
    length = np.sqrt((z**2).sum(axis=0))
    u, d, _ = np.linalg.svd(z / np.where(length > 0, length, 1.0), full_matrices=False)
    return (u[:, d > 1e-9 * d[0]] ** 2).sum(axis=1)


def nominal_columns(columns: Sequence[str]) -> dict[str, list[str]]:
    """Variable to its dummies, which are named ``variable=code``."""
    return variables([column for column in columns if "=" in column])


def category_counts(rows: pd.DataFrame, dummies: Sequence[str]) -> dict[str, int]:
    """People in each category by its dummy; the reference under the empty name."""
    counts = {column: int((rows[column] > 0.5).sum()) for column in dummies}
    return counts | {"": len(rows) - sum(counts.values())}


def breaches(rows: pd.DataFrame, w: np.ndarray) -> list[str]:
    """What forbids giving away the moments of these rows, in words; none if nothing does."""
    said = [f"{name}: fewer than {FLOOR} people in a category." for name in _thin(rows)]
    said += [f"{c}: fewer than {FLOOR} people on one side." for c in _thin_sides(rows)]
    if leverages(rows.to_numpy(float), w).max() > 1 / PEOPLE + 1e-9:
        said.append(f"a person stands out: leverage above 1/{PEOPLE}. Join categories.")
    return said


def repaired(rows: pd.DataFrame, w: np.ndarray, outcome: str):
    """Rows whose moments may be given away, and what was done to them, in words.

    In this order, until nothing forbids it: categories under the floor join the largest other one
    (a variable with two left is left out), columns of two values with a side under the floor are
    left out; then, at the person of the highest leverage, the column whose removal lowers it most:
    its variable's thinnest category joins the largest, or a numeric column is coded to at most
    (least) the fifth value from that end.

    Raises SurveyError if the outcome would have to be left out, no column is left, or there are
    fewer than five people for each of the columns that no joining of categories can take away.
    """
    done: list[str] = []
    _check_people(rows)
    for _ in range(MOST_STEPS):
        step = _floor_step(rows) or _leverage_step(rows, w)
        if step is None:
            return rows, done
        rows, said = step
        done.append(said)
        if outcome not in rows or rows.shape[1] < 2:
            raise SurveyError(f"Too few people to give moments away: {'; '.join(done)}.")
    raise SurveyError(
        f"Moments cannot be given away: after {MOST_STEPS} steps somebody stands out."
    )


def _check_people(rows: pd.DataFrame) -> None:
    """The leverages sum to the rank, so none is below it over n."""
    plain = [column for column in rows if "=" not in column]
    needed = PEOPLE * (np.linalg.matrix_rank(rows[plain].assign(constant=1.0)))
    if len(rows) < needed:
        raise SurveyError(
            f"Too few people to give moments away: {len(rows)} complete rows for {len(plain)} "
            f"columns; {needed} are needed. Name fewer blocks."
        )


def _thin(rows: pd.DataFrame) -> list[str]:
    variables = nominal_columns(rows.columns)
    return [v for v, d in variables.items() if min(category_counts(rows, d).values()) < FLOOR]


def _thin_sides(rows: pd.DataFrame) -> list[str]:
    plain = [column for column in rows if "=" not in column]
    sizes = {column: rows[column].value_counts() for column in plain}
    return [c for c, s in sizes.items() if len(s) == 2 and s.min() < FLOOR]


def _floor_step(rows: pd.DataFrame):
    for variable in _thin(rows):
        return joined(rows, variable)
    for column in _thin_sides(rows):
        return rows.drop(columns=column), f"{column} left out"
    return None


def joined(rows: pd.DataFrame, variable: str):
    """The thinnest category of a variable joined to its largest; with two left it is left out."""
    dummies = nominal_columns(rows.columns)[variable]
    counts = category_counts(rows, dummies)
    if len(dummies) == 1:
        return rows.drop(columns=dummies), f"{variable} left out"
    thin = min(counts, key=counts.get)
    into = max((c for c in counts if c != thin), key=counts.get)
    if not thin or not into:  # the reference has no column: the other one's goes
        gone = thin or into
        return rows.drop(columns=gone), f"{gone} joined to the reference of {variable}"
    merged = rows.assign(**{into: rows[into] + rows[thin]}).drop(columns=thin)
    return merged, f"{thin} joined to {into}"


def _leverage_step(rows: pd.DataFrame, w: np.ndarray):
    h = leverages(rows.to_numpy(float), w)
    person = int(h.argmax())
    if h[person] <= 1 / PEOPLE:
        return None
    left = {c: leverages(rows.drop(columns=c).to_numpy(float), w)[person] for c in rows}
    column = min(left, key=left.get)
    if "=" in column:
        return joined(rows, column.split("=")[0])
    return _end_coded(rows, column, person)


def _end_coded(rows: pd.DataFrame, column: str, person: int):
    """A numeric column coded to at most (least) the fifth value from the person's end."""
    x = rows[column].to_numpy(float)
    high = x[person] > np.median(x)
    y = x if high else -x
    bound = np.sort(y)[-PEOPLE]
    if (y <= bound).all():  # five share the last value already: the next one
        below = y[y < bound]
        if len(below) == 0:
            return rows.drop(columns=column), f"{column} left out"
        bound = below.max()
    coded = np.minimum(y, bound)
    side, shown = ("most", bound) if high else ("least", -bound)
    lines = f"{column} coded to at {side} {shown:.6g}"
    return rows.assign(**{column: coded if high else -coded}), lines
