"""In which simulated worlds a claim is true or false; kept with the claim, drawn by `simulation`.

A setting changes a model of customers (:class:`loyaltystudy.simulation._model.Model`), which it
is given: how constructs hang together, levels, shares, records. Effects are those between what
is measured, before unreliability and method.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loyaltystudy.claims import _settings as settings

Setting = Callable[..., None]
TRUE, TWICE, SMALLEST = 0.30, 0.20, 0.10  # trait effects: true world, twice the smallest, smallest
NAN = float("nan")
OTHERS = ("quality", "tenure")  # common causes that the questionnaire asks
AT_AN_END = "an end of the scale bends straight lines and narrows spreads"
SAID = {"quality": "good quality", "tenure": "years as a customer"}


@dataclass(frozen=True)
class Rival:
    """A world in which a claim is false for a reason of its own, and looks true."""

    name: str
    why: str
    setting: Setting
    asks: tuple[str, ...] = ()  # what is asked in place of the claim's own constructs
    untellable: str = ""  # why one survey cannot tell it from the claim, where that is so


def unasked(name: str, why: str, setting: Setting, asks: Sequence[str] = ()) -> Rival:
    """A rival in which a cause of both sides was not asked about."""
    same = "a cause of both that nobody was asked about looks the same"
    return Rival(name, why, setting, tuple(asks), untellable=same)


def behind(
    cause: str, what: str, setting: Setting, asks: Sequence[str], others: Sequence[str] = OTHERS
) -> tuple[Rival, Rival]:
    """A cause is behind both sides: where it was asked, and where nobody was asked about it."""
    said = f"{SAID[cause]}, {{}}asked, behind {what}"
    rest = (*asks, *(c for c in others if c != cause))
    return (
        Rival(cause, said.format(""), setting, (*rest, cause)),
        unasked(f"{cause}-unasked", said.format("not "), setting, rest),
    )


@dataclass(frozen=True)
class Worlds:
    """Where a claim is true, and where it is false.

    ``effects`` are the figure of each part of its rule in the true and in the false world (NaN: no
    figure is intended). ``smallest``: exactly at the smallest effect, which is not beyond it;
    ``half``, ``twice``: at half and twice that. Where they are missing the false world lies at the
    bound itself. ``asks``: the constructs that its test needs, where these are not the claim's own.
    """

    true: Setting
    false: Setting
    effects: tuple[tuple[float, ...], tuple[float, ...]]
    note: str = ""
    smallest: Setting | None = None
    half: Setting | None = None
    twice: Setting | None = None
    rivals: tuple[Rival, ...] = ()
    asks: tuple[str, ...] = ()

    def setting(self, kind: str) -> Setting | None:
        """The setting of ``true``, ``false``, a size of effect or a rival, by name."""
        if kind in ("true", "false", "smallest", "half", "twice"):
            return getattr(self, kind)
        return next((r.setting for r in self.rivals if r.name == kind), None)


def nothing(m) -> None:
    """A claim that is false where nothing is added."""


def go_together(
    y: str, *x: str, r: float = TRUE, asks: Sequence[str] = (), rivals: Sequence[Rival] = ()
) -> Worlds:
    """Each x goes with y; in the false world they share blocks and method, and no more."""

    def at(effect: float) -> Setting:
        def setting(m) -> None:
            for name in x:
                m.relates(name, y, effect)

        return setting

    sign = 1 if r > 0 else -1
    k = len(x)
    return Worlds(
        at(r),
        nothing,
        ((r,) * k, (0.0,) * k),
        half=at(sign * SMALLEST / 2),
        smallest=at(sign * SMALLEST),
        twice=at(sign * TWICE),
        rivals=tuple(rivals),
        asks=(*x, *asks, y),
    )


def adds_to(
    y: str,
    x: str,
    *given: str,
    causes: Sequence[str] = (),
    beta: float = TRUE,
    beside: int = 0,
    rivals: Sequence[Rival] = (),
) -> Worlds:
    """x adds to y beside controls; in the false world it correlates with the controls alone.

    ``causes`` of both are controls too, but where all claims are set at once: no room is left
    there. Those that the questionnaire asks are asked. ``beside`` more parts of the rule have no
    figure intended.
    """

    def at(effect: float) -> Setting:
        def setting(m) -> None:
            held = given if m.together else (*given, *causes)
            m.controls(y, held, (x,))
            m.adds(x, y, effect, held)

        return setting

    sign = 1 if beta > 0 else -1
    return Worlds(
        at(beta),
        at(0.0),
        ((beta, *(NAN,) * beside), (0.0, *(NAN,) * beside)),
        half=at(sign * SMALLEST / 2),
        smallest=at(sign * SMALLEST),
        twice=at(sign * TWICE),
        rivals=tuple(rivals),
        asks=(x, *given, *(OTHERS if causes else ()), y),
    )


def share_of(
    scale: str, true: float, false: float, *, side: str = "above", rivals: Sequence[Rival] = ()
) -> Worlds:
    """A share of the answers above (or below) the midpoint of a scale."""

    def at(share: float) -> Setting:
        return lambda m: settings.share(m, scale, share, side)

    return Worlds(at(true), at(false), ((true,), (false,)), rivals=tuple(rivals), asks=(scale,))


def plainly(key: str, true: float, false: float, asks: Sequence[str], shown=lambda x: x) -> Worlds:
    """A share among the variables, set as it is."""

    def at(value: float) -> Setting:
        return lambda m: m.plain.update({key: value})

    return Worlds(at(true), at(false), ((shown(true),), (shown(false),)), asks=tuple(asks))
