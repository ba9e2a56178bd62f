"""Protected values that follow from the others: found as an attacker finds them, told without the value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.model import Finding

from .breakdowns import TotalLine, total_lines
from .case import Case
from .cubes import Cube
from .findings import Hits
from .intervals import Floats
from .rules import Rule

Bools = npt.NDArray[np.bool_]
ROUNDS = 4
"""A value that was computed back may open the next one; longer chains than this do not occur in practice."""

SUM, DIFFERENCE, ZEROS, ONES, AREAS = 1, 2, 3, 4, 5
"""How a value follows: the sum of its parts, a total less its other parts, …"""


@dataclass(slots=True, eq=False)
class _Attack:
    """What is known of a cube so far. Arrays in the shape of the cube.

    ``value`` is filled as hidden cells are found; ``how`` says in which way, ``along`` in which breakdown
    (0 = over areas).
    """

    value: Floats
    hidden: Bools
    how: npt.NDArray[np.int8]
    along: npt.NDArray[np.int8]

    @classmethod
    def on(cls, cube: Cube) -> _Attack:
        """Before the first step."""
        hidden = cube.protected()
        return cls(cube.values(), hidden, np.zeros(hidden.shape, np.int8), np.zeros(hidden.shape, np.int8))

    def learn(self, found: Bools, value: Floats, way: int, axis: int) -> None:
        """Cells that are now known."""
        self.value = np.where(found, value, self.value)
        self.how = np.where(found, way, self.how).astype(np.int8)
        self.along = np.where(found, axis, self.along).astype(np.int8)
        self.hidden = self.hidden & ~found


def disclosed_hits(case: Case, rule: Rule) -> Iterator[Hits]:
    """Protected cells that can be computed back from the same file.

    Along every breakdown and over the areas of a total: one hidden value among known ones is a difference;
    several hidden ones are known where nothing is left for them, or just one for each (protected counts begin
    at 1, zero is published). Nothing is guessed: what only lies between limits is not reported.
    """
    lines: dict[str, list[TotalLine]] = {}
    for line in total_lines(case):
        lines.setdefault(line.cube.variable.code, []).append(line)
    for variable in case.own.variables:
        cube = case.own.cube(variable.code)
        if cube is None or not variable.non_negative or not cube.protected().any():
            continue
        attack = _Attack.on(cube)
        for _ in range(ROUNDS):
            before = int(attack.hidden.sum())
            for axis in range(1, attack.value.ndim):
                _along_breakdown(attack, axis, variable.integer)
            for line in lines.get(variable.code, ()):
                _over_areas(attack, line)
            if int(attack.hidden.sum()) == before:
                break
        yield _told(case, rule, cube, attack)


def _along_breakdown(attack: _Attack, axis: int, counted: bool) -> None:
    """All lines of a total and its categories along one breakdown at once."""
    value, hidden = np.moveaxis(attack.value, axis, -1), np.moveaxis(attack.hidden, axis, -1)
    unknown = np.isnan(value)
    parts, parts_hidden = unknown[..., 1:].sum(axis=-1), hidden[..., 1:].sum(axis=-1)
    known_sum = np.nansum(value[..., 1:], axis=-1)
    rest = value[..., 0] - known_sum

    whole = np.zeros_like(hidden)
    whole[..., 0] = hidden[..., 0] & (parts == 0)
    attack.learn(np.moveaxis(whole, -1, axis), _spread(known_sum, axis), SUM, axis)

    # Cells that were not delivered at all leave the rest open; only protected ones close the line.
    closed = ~np.isnan(value[..., 0]) & (parts == parts_hidden) & (parts_hidden > 0) & (rest >= 0)
    for way, fits, each in (
        (DIFFERENCE, parts_hidden == 1, rest),
        (ZEROS, (parts_hidden > 1) & (rest == 0), np.zeros_like(rest)),
        (ONES, (parts_hidden > 1) & (rest == parts_hidden) & counted, np.ones_like(rest)),
    ):
        found = hidden & (closed & fits)[..., None]
        found[..., 0] = False
        attack.learn(np.moveaxis(found, -1, axis), _spread(each, axis), way, axis)


def _spread(values: Floats, axis: int) -> Floats:
    return np.expand_dims(values, axis)


def _over_areas(attack: _Attack, line: TotalLine) -> None:
    """The areas of one total: one hidden among known ones follows, if nothing lies outside of them."""
    if not line.complete:
        return
    value, hidden = attack.value[line.inside], attack.hidden[line.inside]
    outside = np.zeros_like(line.whole)
    if line.outside is not None:
        outside = np.where(line.outside.low == line.outside.high, line.outside.low, np.nan)
    rest = line.whole - outside - np.nansum(value, axis=0)
    single = (np.isnan(value).sum(axis=0) == 1) & (hidden.sum(axis=0) == 1) & (rest >= 0)
    found = np.zeros_like(attack.hidden)
    found[line.inside] = hidden & single
    attack.learn(found, np.broadcast_to(rest, attack.value.shape), AREAS, 0)


def _told(case: Case, rule: Rule, cube: Cube, attack: _Attack) -> Hits:
    places = np.argwhere(attack.how > 0)

    def describe(hit: int) -> Finding:
        at = tuple(int(p) for p in places[hit])
        return case.finding(
            rule, case.at(int(cube.rows[at])), area=case.keys[at[0]], where=case.area_words(case.keys[at[0]]),
            variable=cube.variable.label, group=case.group_words(cube.variable, at[1:]),
            how=_how(case, cube, int(attack.how[at]), int(attack.along[at])),
        )  # fmt: skip

    return Hits(np.ones(len(places)), describe)


def _how(case: Case, cube: Cube, way: int, axis: int) -> str:
    if way == AREAS:
        return "Die Summenzeile weniger die Werte der übrigen Gebiete ergibt ihn."
    label = case.catalogue.dimensions[cube.variable.breakdowns[axis - 1]].label
    return {
        SUM: f"Die Ausprägungen von „{label}“ sind alle angegeben; ihre Summe ist der geschützte Wert.",
        DIFFERENCE: f"Insgesamt weniger die übrigen Ausprägungen von „{label}“ ergibt ihn.",
        ZEROS: f"Die angegebenen Ausprägungen von „{label}“ ergeben schon den Gesamtwert; "
        "für die geschützten bleibt nichts.",
        ONES: f"Von „{label}“ bleibt für jede geschützte Ausprägung genau ein Fall, "
        "denn geschützt wird ab eins.",
    }[way]
