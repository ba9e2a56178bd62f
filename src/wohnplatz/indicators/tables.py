"""Tables of a catalogue file, read key by key: every error names file, table and key."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from wohnplatz.model import WohnplatzError

from .errors import proposal

Choice = TypeVar("Choice", bound=StrEnum)
_REQUIRED: Any = object()


class CatalogueError(WohnplatzError):
    """A catalogue that cannot be used; ``where`` names file and key."""

    def __init__(self, what: str, where: str, todo: str = "") -> None:
        super().__init__(what, where=where, todo=todo, code="indicators.catalogue")


class Table:
    """One table (of TOML or JSON) with the place it stands at. Keys that nobody asks for are an error."""

    def __init__(self, values: Any, where: str) -> None:
        if not isinstance(values, Mapping):
            raise CatalogueError("Hier steht keine Tabelle mit Schlüsseln.", where)
        self.values, self.where = values, where
        self._asked: list[str] = []

    def at(self, key: str) -> str:
        """The place of ``key`` in words."""
        return f"{self.where}, Schlüssel »{key}«"

    def _get(self, key: str, default: Any, kind: type | tuple[type, ...], word: str) -> Any:
        self._asked.append(key)
        value = self.values.get(key)
        if value is None:
            if default is _REQUIRED:
                raise CatalogueError(f"Der Schlüssel »{key}« fehlt.", self.where)
            return default
        numeric_bool = isinstance(value, bool) and kind is not bool
        if numeric_bool or not isinstance(value, kind):
            raise CatalogueError(f"Hier wird {word} erwartet.", self.at(key))
        return value

    def text(self, key: str, default: str = _REQUIRED) -> str:
        """A text; a required one must not be empty."""
        value = str(self._get(key, default, str, "ein Text")).strip()
        if default is _REQUIRED and not value:
            raise CatalogueError("Der Text ist leer.", self.at(key))
        return value

    def number(self, key: str, default: float = _REQUIRED) -> float:
        """A number."""
        return float(self._get(key, default, (int, float), "eine Zahl"))

    def optional_number(self, key: str) -> float | None:
        """A number, or None where there is none."""
        value = self._get(key, None, (int, float), "eine Zahl")
        return None if value is None else float(value)

    def whole(self, key: str, default: int = _REQUIRED) -> int:
        """A whole number."""
        return int(self._get(key, default, int, "eine ganze Zahl"))

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        return bool(self._get(key, default, bool, "true oder false"))

    def choice(self, key: str, kind: type[Choice], default: Choice = _REQUIRED) -> Choice:
        """One of the words of an enum."""
        value = self._get(key, default, str, "ein Text")
        words = [k.value for k in kind]
        if value not in words:
            raise CatalogueError(
                f"»{value}« ist hier nicht möglich.", self.at(key), proposal(str(value), words)
            )
        return kind(value)

    def items(self, key: str, default: tuple[Any, ...] = _REQUIRED) -> tuple[Any, ...]:
        """A list as a tuple."""
        return tuple(self._get(key, default, (list, tuple), "eine Liste"))

    def texts(self, key: str, default: tuple[str, ...] = _REQUIRED) -> tuple[str, ...]:
        """A list of texts."""
        found = self.items(key, default)
        if not all(isinstance(t, str) and t for t in found):
            raise CatalogueError("Hier wird eine Liste von Texten erwartet.", self.at(key))
        return found

    def numbers(self, key: str, default: tuple[float, ...] = _REQUIRED) -> tuple[float, ...]:
        """A list of numbers."""
        found = self.items(key, default)
        if not all(isinstance(n, int | float) and not isinstance(n, bool) for n in found):
            raise CatalogueError("Hier wird eine Liste von Zahlen erwartet.", self.at(key))
        return tuple(float(n) for n in found)

    def tables(self, key: str) -> tuple[Table, ...]:
        """A list of tables; empty where the key is absent."""
        return tuple(
            Table(t, f"{self.at(key)}, Eintrag {i}") for i, t in enumerate(self.items(key, ()), start=1)
        )

    def table(self, key: str) -> Table:
        """A table; an empty one where the key is absent."""
        return Table(self._get(key, {}, Mapping, "eine Tabelle"), self.at(key))

    def words(self) -> dict[str, str]:
        """The whole table as code → text."""
        self._asked.extend(self.values)
        for key, value in self.values.items():
            if not isinstance(value, str) or not value:
                raise CatalogueError("Hier wird ein Text erwartet.", self.at(key))
        return dict(self.values)

    def done(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self.values:
            if key not in self._asked:
                raise CatalogueError(
                    f"Den Schlüssel »{key}« gibt es hier nicht.", self.where, proposal(key, self._asked)
                )
