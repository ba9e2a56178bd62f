"""Blocks in the store, so that a design can be opened again years later."""

from __future__ import annotations

import json

import numpy as np
import shapely

from wohnplatz.store import Kind, ObjectStore, read_table, write_table

from .blocks import Blocks


def save_blocks(
    store: ObjectStore, blocks: Blocks, severed: np.ndarray[tuple[int, int], np.dtype[np.int64]]
) -> str:
    """Store blocks with the fixed borders between them; the SHA-256."""
    n = len(blocks)
    facts = json.dumps(
        {"names": blocks.names, "crs": blocks.crs, "pairs": blocks.pairs.tolist(),
         "severed": severed.tolist()}
    )  # fmt: skip
    columns = {
        "key": np.array(blocks.keys, dtype=object),
        "geometry": np.array(list(shapely.to_wkb(blocks.geometries, byte_order=1)), dtype=object),
        "inhabitants": blocks.inhabitants,
        "unknown": blocks.unknown,
        "facts": np.array([facts if i == 0 else "" for i in range(n)], dtype=object),
        **{f"v{k}": column for k, column in enumerate(blocks.values.T)},
    }
    return write_table(store, Kind.RESULT, columns)


def load_blocks(
    store: ObjectStore, sha: str
) -> tuple[Blocks, np.ndarray[tuple[int, int], np.dtype[np.int64]]]:
    """Stored blocks and the pairs of them that fixed borders part. StoreError where they are absent."""
    table = read_table(store, Kind.RESULT, sha)
    facts = json.loads(table["facts"][0])
    names = tuple(facts["names"])
    n = len(table["key"])
    values = np.column_stack([table[f"v{k}"] for k in range(len(names))]) if names else np.zeros((n, 0))
    blocks = Blocks(
        tuple(table["key"].tolist()), shapely.from_wkb(table["geometry"]),
        np.asarray(table["inhabitants"], dtype=np.float64), np.asarray(table["unknown"], dtype=bool),
        names, values, np.array(facts["pairs"], dtype=np.int64).reshape(-1, 2), facts["crs"],
    )  # fmt: skip
    return blocks, np.array(facts["severed"], dtype=np.int64).reshape(-1, 2)
