"""What other rooms may use of `simulation`, by the module that holds it."""

from ._customers import simulate_purchases as simulate_purchases
from ._nordic import nordic_panels as nordic_panels, write_nordic as write_nordic
from ._power import PowerCurve as PowerCurve, sample_size as sample_size
from ._simulate import list_worlds as list_worlds, simulate_study as simulate_study
