"""Variances and covariances of what a scale of cut items measures without error, by quadrature.

An item is cut from a normal of reliability under 1. Its true score is the mean answer of people of one
latent value, and that is no straight line: near the top box it flattens. In Hermite polynomials of
the latent value, normal and of variance 1,

    E(sum | t) = sum_m c_m h_m(t),      Cov(h_m(t), h_m(u)) = r^m,    r the correlation of t and u,

so scales' true scores have the covariance sum_m c_m d_m r^m, and c_1 r with another normal variable.
Answers of different scales covary as their true scores do, errors being independent: alpha or omega
divides that covariance by the variance of the true scores, c_1² + c_2² + ..., not by the c_1² that
would give the latent correlations.
"""

from __future__ import annotations

from math import factorial

import numpy as np
from scipy.special import ndtr

TERMS = 25


def mean_sum(loading: np.ndarray, error: np.ndarray, cuts, at: np.ndarray) -> np.ndarray:
    """Mean sum of items at latent values: each item counts the cuts that it passes."""
    total = np.sqrt(loading**2 + error)
    away = loading[:, None] * at - (total[:, None] * np.asarray(cuts))[..., None].swapaxes(0, 1)
    return ndtr(away / np.sqrt(error)[:, None]).sum(axis=(0, 1))


def true_covariance(latent: np.ndarray, scales: dict) -> np.ndarray:
    """Covariance of normal variables, of which ``scales`` (place: loading, error, cuts) are cut."""
    at, weight = np.polynomial.hermite_e.hermegauss(80)
    weight = weight / weight.sum()
    basis = np.polynomial.hermite_e.hermevander(at, TERMS)
    basis /= np.sqrt([float(factorial(m)) for m in range(TERMS + 1)])
    # a variable that is not cut is its own first polynomial
    terms = np.tile(np.arange(TERMS + 1) == 1.0, (len(latent), 1)).astype(float)
    for place, scale in scales.items():
        terms[place] = (weight * mean_sum(*scale, at)) @ basis
    powers = latent[..., None] ** np.arange(1, TERMS + 1)
    return np.einsum("im,jm,ijm->ij", terms[:, 1:], terms[:, 1:], powers)
