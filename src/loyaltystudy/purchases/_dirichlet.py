"""A fitted NBD-Dirichlet: what was observed beside what it expects."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.display import Display, Shown
from loyaltystudy.purchases._theory import expected_joint, expected_measures

FIT = ["check", "subject", "statistic", "df", "p", "verdict", "note"]
SHOWN = ("penetration", "purchase_rate", "share_of_requirements", "sole_buyers")


@dataclass(frozen=True, eq=False, repr=False)
class Dirichlet(Shown):
    """A fitted NBD-Dirichlet.

    ``table``: brand, measure, observed, expected, residual, expected_given_category (with the
    category purchases that were observed in place of the NBD's: a misfit that stays there is one
    of brand choice). ``params``: parameter (M, K, S, alpha, own_s), brand, estimate, low, high.
    ``duplication``: brand, other, observed, expected share of the brand's buyers who buy the
    other, and residual. ``double_jeopardy``: brand, penetration, purchase_rate, the line's rate at
    that penetration, and residual; ``line``: the line itself. ``fit``: check, subject, statistic,
    df, p, verdict, note. ``base`` says of whom penetrations are shares.
    """

    table: pd.DataFrame
    params: pd.DataFrame
    duplication: pd.DataFrame
    double_jeopardy: pd.DataFrame
    line: pd.DataFrame
    fit: pd.DataFrame
    notes: tuple[str, ...]
    method: str
    base: str
    n: int | None
    loglik: float

    def value(self, parameter: str) -> float:
        """The estimate of M, K or S."""
        return float(self.params.set_index("parameter").loc[parameter, "estimate"])

    @property
    def alpha(self) -> pd.Series:
        """The Dirichlet parameters by brand."""
        rows = self.params[self.params["parameter"] == "alpha"]
        return rows.set_index("brand")["estimate"].astype(float)

    def _shown(self) -> Display:
        wide = pd.DataFrame(
            {
                (measure, side): rows.set_index("brand")[side]
                for measure, rows in self.table.groupby("measure", sort=False)
                if measure in SHOWN
                for side in ("observed", "expected")
            }
        ).rename_axis("brand")
        values = ", ".join(f"{p} {self.value(p):.3f}" for p in "MKS")
        people = "" if self.n is None else f", {self.n} households"
        head = f"NBD-Dirichlet by {self.method}{people}: {values}; penetrations among {self.base}"
        failed = self.fit.loc[self.fit["verdict"] == "fails", ["check", "note"]]
        fails = [f"Fails: {row.check}: {row.note}." for row in failed.itertuples()]
        return Display(head, [("", wide)], (*fails, *self.notes))


def set_beside(distribution, alpha, s, observed, seen, *, joint, params, fit, **rest) -> Dirichlet:
    """Observed measures beside those expected of category purchases so distributed."""
    expected = expected_measures(distribution, alpha, s)
    table = by_measure(observed, "observed").assign(expected=by_measure(expected, "x")["x"])
    table["residual"] = table["observed"] - table["expected"]
    given = expected * np.nan if seen is None else expected_measures(seen, alpha, s)
    table["expected_given_category"] = by_measure(given, "x")["x"]
    return Dirichlet(
        table=table,
        params=pd.DataFrame(params, columns=["parameter", "brand", "estimate", "low", "high"]),
        duplication=_duplication(expected_joint(distribution, alpha, s), joint, alpha.index),
        **_double_jeopardy(distribution, alpha, s, observed),
        fit=pd.DataFrame(fit, columns=FIT),
        **{**rest, "notes": tuple(rest["notes"])},
    )


def _double_jeopardy(distribution, alpha, s, observed):
    """The line through all brands that the model allows: from the smallest share to 1.1 largest."""
    shares = np.geomspace(alpha.min() / s / 2, min(0.99, 1.3 * alpha.max() / s), 60)
    line = expected_measures(distribution, pd.Series(shares * s), s)
    line = line[["market_share", "penetration", "purchase_rate"]]
    points = observed[["penetration", "purchase_rate"]].rename_axis("brand").reset_index()
    points["line_rate"] = np.interp(
        points["penetration"], line["penetration"], line["purchase_rate"], left=np.nan, right=np.nan
    )
    points["residual"] = points["purchase_rate"] - points["line_rate"]
    return {"double_jeopardy": points, "line": line}


def _duplication(expected, joint, brands):
    j, k = np.nonzero(~np.eye(len(brands), dtype=bool))
    names = np.asarray(brands)
    observed = np.nan if joint is None else joint[j, k] / joint[j, j]
    frame = pd.DataFrame({"brand": names[j], "other": names[k], "observed": observed})
    frame["expected"] = expected[j, k] / expected[j, j]
    return frame.assign(residual=frame["observed"] - frame["expected"])


def by_measure(wide: pd.DataFrame, name: str) -> pd.DataFrame:
    """One row a brand and measure, of a table with a row a brand."""
    brands = np.repeat(np.asarray(wide.index), wide.shape[1])
    table = pd.DataFrame({"brand": brands, "measure": list(wide.columns) * len(wide)})
    return table.assign(**{name: wide.to_numpy().ravel()})
