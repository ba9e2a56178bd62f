"""How many questions cell keys answer before averages over the answers would tell too much.

    .venv/bin/python bench/cell_key_questions.py > bench/cell_key_questions.txt

100 areas, 150 different questions for some of them, one after the other; each is answered or refused by its
form alone, no count is looked at.
"""

from __future__ import annotations

import time

import numpy as np
import scipy.sparse as sp

from wohnplatz.disclosure.problem import Needs
from wohnplatz.publication.answered import Out, averaged

AREAS, QUESTIONS = 100, 150


def any_areas(rng: np.random.Generator) -> np.ndarray:
    """5 to 20 areas anywhere."""
    row = np.zeros(AREAS, dtype=np.int64)
    row[rng.choice(AREAS, rng.integers(5, 21), replace=False)] = 1
    return row


def neighbours(rng: np.random.Generator) -> np.ndarray:
    """3 to 15 areas in a row."""
    row, first = np.zeros(AREAS, dtype=np.int64), rng.integers(0, AREAS - 15)
    row[first : first + rng.integers(3, 16)] = 1
    return row


def with_and_without(rng: np.random.Generator) -> np.ndarray:
    """An attack on area 0: others, by turns with it and without."""
    row = np.zeros(AREAS, dtype=np.int64)
    row[1 + rng.integers(0, AREAS - 1)] = 1
    row[0] = rng.integers(0, 2)
    return row


def main() -> None:
    """Print one line for each way of asking."""
    size = (0, AREAS)
    nothing = np.empty(0, dtype=np.int64)
    none = sp.csr_array(size, dtype=np.int64)
    needs = Needs(none, nothing, nothing, np.empty(0, dtype=np.bool_), str)
    names = [str(n) for n in range(AREAS)]
    print(f"bench/cell_key_questions.py; {AREAS} areas, {QUESTIONS} different questions, seed 1")
    for kind in (any_areas, neighbours, with_and_without):
        rng, rows, refused, asked = np.random.default_rng(1), [], [], set()
        begin = time.process_time()
        while len(asked) < QUESTIONS:
            row = kind(rng)
            if row.tobytes() in asked:
                continue
            asked.add(row.tobytes())
            out = Out(sp.csr_array(np.array([*rows, row])), np.zeros(len(rows) + 1, dtype=np.int64))
            if averaged(out, names, needs, none, nothing).any():
                refused.append(len(asked))
            else:
                rows.append(row)
        first = refused[0] if refused else "-"
        print(
            f"{kind.__name__:17} answered {len(rows):3}  refused {len(refused):3}  first refusal at question "
            f"{first}  {(time.process_time() - begin) / QUESTIONS:.3f} CPU s each"
        )


if __name__ == "__main__":
    main()
