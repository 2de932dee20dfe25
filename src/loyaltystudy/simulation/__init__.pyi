"""What other rooms may use of `simulation`, by the module that holds it."""

from ._customers import simulate_purchases as simulate_purchases
from ._joint import NORDIC as NORDIC
from ._nordic import nordic_answers as nordic_answers, nordic_panels as nordic_panels
from ._power import PowerCurve as PowerCurve, sample_size as sample_size
from ._simulate import list_worlds as list_worlds, simulate_study as simulate_study
