"""Chance with a fixed seed: every series draws from a stream of its own, so adding one alters no other."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_SEED = 5999


def stream(name: str) -> np.random.Generator:
    """The stream of random numbers of this name."""
    return np.random.default_rng([_SEED, crc32(name.encode())])


def drift(name: str, shape: tuple[int, ...], memory: float = 0.75) -> Floats:
    """Standard normal noise along axis 0 (years) in which each year remembers the last one (AR(1))."""
    shocks = stream(name).standard_normal(shape)
    for year in range(1, shape[0]):
        shocks[year] = memory * shocks[year - 1] + np.sqrt(1 - memory**2) * shocks[year]
    return shocks


def part_of(name: str, whole: Ints, share: Floats, scatter: float = 0.7) -> Ints:
    """Whole numbers near ``whole * share``, never below 0 nor above ``whole``; shapes (years, areas)."""
    p = np.clip(share, 0.0, 1.0)
    spread = np.sqrt(np.maximum(whole * p * (1 - p), 0.0))
    expected = whole * p + scatter * spread * drift(name, np.broadcast_shapes(whole.shape, p.shape))
    return np.clip(np.rint(expected), 0, whole).astype(np.int64)


def apportion(weights: Floats, totals: Ints) -> Ints:
    """Whole numbers proportional to ``weights`` (…, k) that sum to ``totals`` (…), by largest remainders."""
    exact = weights / weights.sum(axis=-1, keepdims=True) * totals[..., None]
    whole: Ints = np.floor(exact).astype(np.int64)
    missing = totals - whole.sum(axis=-1)
    rank = np.argsort(np.argsort(whole - exact, axis=-1, kind="stable"), axis=-1, kind="stable")
    whole += rank < missing[..., None]
    return whole


def logistic(x: Floats) -> Floats:
    """1 / (1 + e^-x)."""
    result: Floats = 1 / (1 + np.exp(-x))
    return result
