"""Cell keys: noise that belongs to a figure, so that the same figure is always answered the same way.

Every count carries a key made of its identity and a secret. The keys of what a figure sums up give the
figure's own key, and that key picks the noise from a table that is unbiased and bounded. Whoever asks for the
same people on another way gets the same number; who adds up two answers does not get the answer for the sum.
For answers to single questions only, never beside exact figures of the same counts.

Sources: Thompson, Broadfoot, Elazar (2013), Methodology for the automatic confidentialisation of statistical
outputs from remote servers at the Australian Bureau of Statistics; Giessing (2016), Computational issues in
the design of transition probabilities and disclosure risk estimation for additive noise.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize

from ..model import WohnplatzError
from .problem import Atoms, Facts, Ints, Namer

Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

SCALE = 1 << 32
"""Probabilities are whole numbers of this many parts, so that the noise sums up to exactly nothing."""
KEY_BYTES = 32
"""Shortest secret."""


@dataclass(frozen=True, slots=True, eq=False)
class NoiseTable:
    """For each count how likely each deviation is; the last row holds for all larger counts."""

    largest: int
    """D: no deviation is larger."""
    variance: float
    smallest_shown: int
    """No answer lies between 0 and this."""
    parts: Ints
    """Shape (rows, 2 D + 1): deviation -D … D in ``SCALE`` parts; row i is for a true count of i."""

    def deviations(self) -> Ints:
        """-D … D, shape (2 D + 1,)."""
        return np.arange(-self.largest, self.largest + 1, dtype=np.int64)


def noise_table(largest: int = 5, variance: float = 3.0, smallest_shown: int = 3) -> NoiseTable:
    """The table of greatest entropy whose noise has mean 0 and the given variance.

    A zero stays zero, no answer is negative or lies between 0 and ``smallest_shown``. The mean is exactly 0,
    the variance to within a millionth.

    Raises ``WohnplatzError`` (``disclosure.noise_table``) where no such table exists.
    """
    steps = np.arange(-largest, largest + 1, dtype=np.int64)
    parts = np.zeros((largest + smallest_shown + 1, len(steps)), dtype=np.int64)
    parts[0, largest] = SCALE
    for count in range(1, len(parts)):
        answer = count + steps
        allowed = (answer == 0) | (answer >= smallest_shown)
        parts[count, allowed] = _in_parts(steps[allowed], _most_even(steps[allowed], variance, count))
    return NoiseTable(largest, variance, smallest_shown, parts)


def _most_even(steps: Ints, variance: float, count: int) -> Floats:
    """Probabilities of greatest entropy with mean 0 and the variance, by the dual of the problem."""
    moments = np.vstack([steps, steps**2]).astype(np.float64)
    wanted = np.array([0.0, variance])

    def dual(weights: Floats) -> tuple[float, Floats]:
        power = weights @ moments
        top = power.max()
        mass = np.exp(power - top)
        chance = mass / mass.sum()
        return float(np.log(mass.sum()) + top - weights @ wanted), moments @ chance - wanted

    # Where no such table exists the dual has no minimum and its weights grow without end.
    with np.errstate(over="ignore", invalid="ignore"):
        found = minimize(dual, np.zeros(2), jac=True, method="BFGS", options={"gtol": 1e-10})
    power = found.x @ moments
    chance: Floats = np.exp(power - power.max())
    chance /= chance.sum()
    if np.abs(moments @ chance - wanted).max() > 1e-6:
        raise WohnplatzError(
            "Für diese Vorgaben gibt es keine Überlagerungstabelle.",
            where=f"Fallzahl {count}",
            why=f"Eine Varianz von {variance:g} ist mit den erlaubten Abweichungen nicht zu erreichen.",
            todo="Bitte Varianz oder größte Abweichung ändern.",
            code="disclosure.noise_table",
        )
    return chance


def _in_parts(steps: Ints, chance: Floats) -> Ints:
    """The probabilities as whole parts of ``SCALE`` whose mean is exactly 0."""
    parts: Ints = np.rint(chance * SCALE).astype(np.int64)
    missing, lean = SCALE - int(parts.sum()), -int(parts @ steps)
    # Two neighbouring deviations a, a + 1 with most weight take up what rounding left.
    pairs = np.flatnonzero(np.diff(steps) == 1)
    a = int(pairs[np.argmax(np.minimum(parts[pairs], parts[pairs + 1]))])
    upper = lean - int(steps[a]) * missing
    parts[a + 1] += upper
    parts[a] += missing - upper
    return parts


def atom_keys(identities: Sequence[str], secret: bytes) -> Keys:
    """One key for each count, shape (n,): the same identity gives the same key as long as the secret stays.

    An identity says what is counted and where (data set, date, area, categories), never how it is asked for.
    Raises ``WohnplatzError`` (``disclosure.cell_key_secret``) where the secret is too short to be one.
    """
    if len(secret) < KEY_BYTES:
        raise WohnplatzError(
            "Das Geheimnis des Zellschlüssels ist zu kurz.",
            why=f"Es hat {len(secret)} Zeichen; wer es errät, kann jede Überlagerung herausrechnen.",
            todo=f"Bitte in den Einstellungen {KEY_BYTES} oder mehr zufällige Zeichen setzen.",
            code="disclosure.cell_key_secret",
        )
    digests = (hmac.digest(secret, name.encode(), hashlib.sha256)[:8] for name in identities)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Answers to single questions: they do not add up, and say so."""

    figures: Ints
    """Shape (c,)."""
    largest: int
    """No answer deviates further."""
    additive: bool = False


def answers(sums: sp.csr_array, atoms: Atoms, keys: Keys, table: NoiseTable) -> Answers:
    """Answers for ``sums @ atoms`` (shape (c, n), entries 0 and 1) under the atoms' keys (shape (n,)).

    A figure's key is the sum of its atoms' keys, each as often as it counts (modulo 2^64): two sums over the
    same people have the same key, whatever empty places they reach over.
    """
    values = atoms.values
    if (values < 0).any() or not np.isin(sums.data, (0, 1)).all():
        raise ValueError("cell keys are for sums of counts")
    own = keys * values.astype(np.uint64)
    rows = sp.csr_array(sums.astype(np.uint64))
    return Answers(_noisy(sums @ values, _mixed(rows @ own), table), table.largest)


def answer_facts(
    given: Answers, sums: sp.csr_array, table: NoiseTable, name: Namer = lambda i: f"Antwort {i + 1}"
) -> Facts:
    """What an intruder learns who knows the table: an answer above zero tells that there is somebody."""
    low = np.maximum(given.figures - table.largest, np.minimum(given.figures, 1))
    return Facts(sums, low, given.figures + table.largest, name)


def _noisy(true: Ints, keys: Keys, table: NoiseTable) -> Ints:
    """Each count moved by what its key picks from the row of its size."""
    limits = np.cumsum(table.parts, axis=1)
    row = np.minimum(true, len(table.parts) - 1)
    drawn = (keys >> np.uint64(32)).astype(np.int64)
    picked = (drawn[:, None] >= limits[row]).sum(axis=1)
    result: Ints = true + table.deviations()[picked]
    return result


def _mixed(keys: Keys) -> Keys:
    """Spread sums of keys over all bits (splitmix64): an even count has an even sum, noise must not tell."""
    with np.errstate(over="ignore"):
        mixed = keys + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
