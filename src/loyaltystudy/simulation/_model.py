"""What a world sets: how constructs are correlated, and the levels that the claims speak of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from loyaltystudy.simulation._instrument import (
    ACQUIESCENCE,
    CARELESS,
    CUSTOMERS,
    HALO,
    LOADINGS,
    STEPS,
    Score,
    codebook,
    mean_for_share,
    scale_score,
)
from loyaltystudy.simulation._structure import Structure
from loyaltystudy.simulation._variables import KNOWN, SIMPLE, variable_latent

Latent = dict[str, np.ndarray]
COMMON = ("G", "H", "B", "K", "Q")  # customers.yaml says what they are
CROWDED = 1.12  # where many bends and products move loyalty, each correlation is diluted by them
USUAL = 0.35  # observed correlation of a control with its outcome


@dataclass
class Model:
    """A world being set up; what is true of claims changes it, ``compile`` makes the structure."""

    together: str = ""  # "true", "false" or "mixed" where all claims are set at once
    loads: dict[str, dict[str, float]] = field(
        default_factory=lambda: {name: dict(on) for name, on in CUSTOMERS["loads"].items()}
    )
    aims: dict[str, dict[str, float]] = field(default_factory=dict)
    means: dict[str, float] = field(default_factory=dict)
    plain: dict[str, float] = field(default_factory=dict)
    after: list[Callable[[Latent], None]] = field(default_factory=list)
    country: str = ""
    careless: float = CARELESS

    def __post_init__(self):
        self.goes_with("satisfaction", "loyalty", USUAL)

    @property
    def guarded(self) -> bool:
        """Whether claims that are set false must be kept from the causes that others set."""
        return self.together in ("false", "mixed")

    def compile(self) -> Structure:
        structure = Structure()
        for common in COMMON:
            structure.add(common)
        for name, loads in self.loads.items():
            aims = self.aims.get(name, {})
            strength = CROWDED if name == "loyalty" and self.together == "true" else 1.0
            structure.add(name, loads, {x: strength * r for x, r in aims.items()})
        return structure

    def score(self, name: str) -> Score:
        """How the answers on a construct relate to its latent variable."""
        if name == "devotion":
            return ladder_score()
        if name in codebook().scales:
            return scale_score(name, self.means.get(name))
        return Score(variable_latent(name) * np.sqrt(1 - CARELESS))

    def goes_with(self, x: str, y: str, observed: float) -> None:
        """Let answers on x and y correlate as asked in the population."""
        latent = self.score(x).latent_correlation(self.score(y), observed)
        self.aims.setdefault(y, {})[x] = latent

    def relates(self, x: str, y: str, trait: float) -> None:
        """Let what x and y measure correlate as asked, before unreliability and method.

        A fact is what is reported: its own cut into categories is part of it.
        """
        self.aims.setdefault(y, {})[x] = trait / (self.fact(x) * self.fact(y))

    def fact(self, name: str) -> float:
        """Correlation of a fact as reported with its latent variable; 1 for what scales measure."""
        return 1.0 if name in codebook().scales or name not in KNOWN else variable_latent(name)

    def correlations(self, names: Sequence[str]) -> np.ndarray:
        """Correlations of some traits and facts."""
        model = self.compile()
        scale = np.array([self.fact(name) for name in names])
        r = np.array([[model.correlation(a, b) for b in names] for a in names])
        r = r * np.outer(scale, scale)
        np.fill_diagonal(r, 1.0)
        return r

    def answer(self, name: str, latent: Latent) -> np.ndarray:
        """A variable's answers for its latent variable."""
        return SIMPLE[name](latent[name])

    def apart(self, x: str) -> None:
        """Take a construct out of its blocks."""
        self.loads[x] = {}

    def controls(self, y: str, given: Sequence[str], x: Sequence[str]) -> None:
        """Let the controls alone cause y: what the claim is about correlates with them only."""
        for name in x:
            self.aims.get(y, {}).pop(name, None)
            if self.guarded:
                self.apart(name)
        if self.guarded:
            return
        if not self.together and y in self.aims:
            self.aims[y] = {z: r for z, r in self.aims[y].items() if z in given}
        for z in given:
            if z not in self.aims.get(y, {}):
                self.goes_with(z, y, USUAL / (1 + 0.3 * (len(given) - 1)))

    def adds(self, x: str, y: str, beta: float, given: Sequence[str]) -> None:
        """Let a trait have a standardised slope beside others, before unreliability and method.

        The slope is linear in the correlation of x and y: ``beta = (M^-1 r)_x``.
        """
        names = [x, *given]
        inverse = np.linalg.inv(self.correlations(names))
        with_y = self.correlations([*given, y])[:-1, -1]
        self.relates(x, y, float((beta - inverse[0, 1:] @ with_y) / inverse[0, 0]))

    def product(self, x: str, z: Sequence[str], y: str, observed: float) -> None:
        """Let the product of x with the mean of some others move y."""
        model = self.compile()
        k = len(z)
        r = np.array([[model.correlation(a, b) for b in z] for a in z])
        sd = np.sqrt(r.sum()) / k
        a = np.array([self.score(name).latent for name in z])
        shown = (r * np.outer(a, a) + np.diag(1 - a**2)).sum()
        whole = float((a[:, None] * r).sum() / np.sqrt(r.sum() * shown))
        c = observed / (self.score(x).latent * whole * self.score(y).latent)
        c /= np.sqrt(1 - c**2)

        def apply(latent: Latent) -> None:
            other = sum(latent[name] for name in z) / (k * sd)
            latent[y] = (latent[y] + c * latent[x] * other) / np.sqrt(1 + c**2)

        self.after.append(apply)

    def share_below(self, scale: str, share: float) -> None:
        """Let a share of the answers lie below the midpoint of a scale: its mirror image."""
        item = codebook().items[codebook().scales[scale].items[0]]
        self.means[scale] = item.low + item.high - mean_for_share(scale, share)

    def share_above(self, scale: str, share: float) -> None:
        """Let a share of the answers lie above the midpoint of a scale."""
        self.means[scale] = mean_for_share(scale, share)


def ladder_score() -> Score:
    """Of the number of rungs reached, by quadrature over the latent variable."""
    from scipy.stats import norm

    loading = LOADINGS["devotion"]
    x = norm.ppf((np.arange(4000) + 0.5) / 4000)
    reached = norm.cdf((loading * x[:, None] + np.array(STEPS)) / np.sqrt(1 - loading**2))
    mean = reached.mean(axis=1)
    variance = mean.var() + (reached * (1 - reached)).mean(axis=0).sum() / len(STEPS) ** 2
    sd = np.sqrt(variance)
    latent = float(np.mean(mean * x) / sd) * np.sqrt(1 - CARELESS)
    part, few = latent / loading, np.sqrt(CARELESS) / sd  # no rung is reversed
    shared = (part * HALO, part * ACQUIESCENCE, few * np.sqrt(0.25 / 2), few * (0.5 - mean.mean()))
    return Score(latent, tuple(float(v) for v in shared))
