"""What every description asks of a panel, whether its purchases are in memory or in partitions."""

from abc import ABC, abstractmethod

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._spec import PanelSpec


class BasePanel(ABC):
    """Checked purchases, as descriptions see them.

    Two classes keep this promise: :class:`Panel` with all purchases in memory, and
    :class:`~loyaltystudy.outofcore.PartitionedPanel`, which counted them partition by partition.
    ``left_out``: why, rows: what the specification declares to be no purchase.
    """

    spec: PanelSpec
    left_out: pd.DataFrame | None

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    @abstractmethod
    def timed(self) -> bool:
        """Whether purchases have a time, not only an order."""

    @property
    @abstractmethod
    def ordered(self) -> bool:
        """Whether the order of a household's purchases is known."""

    @property
    def non_buyers(self) -> int | None:
        """Households without purchase, where their number is known."""
        size = self.spec.panel_size
        return None if size is None else size - self.buyers

    @property
    @abstractmethod
    def buyers(self) -> int:
        """Households with a purchase."""

    @abstractmethod
    def counts(self, household: str | None = None, brand: str | None = None) -> pd.DataFrame:
        """The household x brand table; see :func:`purchase_table`."""

    @abstractmethod
    def counts_by_period(self, periods: int) -> list[pd.DataFrame]:
        """The same for each period, all with the same households and brands."""

    def need_frequencies(self, what: str) -> None:
        """Raise if the panel says only whether brands are used."""
        if self.spec.records == "use":
            raise SurveyError(
                f"{what}: panel {self.name!r} records whether a brand is used, not how often. "
                "Only penetration, repertoire size, sole buyers and duplication can be read off it."
            )

    def described(self, rows: int, brands: int, where: str, order: str) -> str:
        """One line about the panel."""
        left = 0 if self.left_out is None else int(self.left_out["rows"].sum())
        return (
            f"Panel {self.name!r}: {rows} purchases of {brands} brands by {self.buyers} households"
            f"{where}, {order}" + (f"; {left} rows left out" if left else "")
        )
