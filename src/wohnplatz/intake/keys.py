"""What a row speaks of: variable, area, breakdown and reference date, each looked up and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from wohnplatz.model import TOTAL, Catalogue, Dimension, Variable
from wohnplatz.text import day

from .cells import Cell, cell_text, read_date
from .findings import Findings, Place
from .matching import category_names, keys_by_name, keys_without_zeros, normalised, proposal, variable_names
from .request import Request, due_date, variables_due


@dataclass(frozen=True, slots=True)
class Lookup:
    """All names a file may use, prepared once for a request."""

    request: Request
    catalogue: Catalogue
    due: Mapping[str, Variable]
    due_names: Mapping[str, str]
    all_names: Mapping[str, str]
    lost_zeros: Mapping[str, str]
    categories: Mapping[str, Mapping[str, str]]
    """Dimension code → normalised spelling → category code."""
    area_names: Mapping[str, tuple[str, ...]]
    """Normalised name → keys of the areas of the request that have it."""

    @classmethod
    def of(cls, request: Request, catalogue: Catalogue) -> Lookup:
        """Prepare the lookups of a request."""
        due = variables_due(request, catalogue)
        return cls(
            request,
            catalogue,
            due,
            variable_names(due.values()),
            variable_names(catalogue.variables.values()),
            keys_without_zeros({**request.foreign_areas, **request.areas}),
            {code: category_names(dimension) for code, dimension in catalogue.dimensions.items()},
            keys_by_name(request.areas),
        )

    def variable(self, cell: Cell, place: Place, findings: Findings) -> Variable | None:
        """The variable a cell names, None (and a finding) where it is none of this delivery."""
        text = cell_text(cell)
        code = self.due_names.get(normalised(text))
        if code is not None:
            return self.due[code]
        if not text:
            findings.add("intake.missing_key", place, words={"column": place.column})
            return None
        known = self.catalogue.variables.get(self.all_names.get(normalised(text), ""))
        if known is None:
            names = [name for v in self.due.values() for name in (v.label, v.code)]
            findings.add(
                "intake.unknown_variable",
                place,
                value=text,
                words=lambda: {"proposal": proposal(text, names)},
            )
        elif known.dataset == self.request.dataset.code:
            findings.add("intake.variable_not_due", place, value=text)
        else:
            dataset = self.catalogue.datasets.get(known.dataset)
            label = dataset.label if dataset else known.dataset
            findings.add("intake.foreign_variable", place, value=text, words={"dataset": label})
        return None

    def area(self, cell: Cell, place: Place, findings: Findings) -> str | None:
        """The key of the area a cell names; one that only lost its leading zeros is taken, with a warning."""
        text = cell_text(cell)
        if text in self.request.areas:
            return text
        if not text:
            findings.add("intake.missing_key", place, words={"column": place.column})
            return None
        meant = self.lost_zeros.get(text, text)
        if meant in self.request.areas:
            words = {"meant": meant, "name": self.request.areas[meant]}
            findings.add("intake.lost_zero", place, value=text, area=meant, words=words)
            return meant
        self._report_area(text, meant, place, findings)
        return None

    def _report_area(self, text: str, meant: str, place: Place, findings: Findings) -> None:
        areas, foreign = self.request.areas, self.request.foreign_areas
        if meant in foreign:
            words = {"name": foreign[meant]}
            findings.add("intake.foreign_area", place, value=text, area=meant, words=words)
            return
        named = self.area_names.get(normalised(text), ())
        if len(named) == 1:
            findings.add("intake.area_name", place, value=text, area=named[0], words={"meant": named[0]})
            return
        findings.add(
            "intake.unknown_area",
            place,
            value=text,
            words=lambda: {"proposal": proposal(text, [*areas, *areas.values()])},
        )

    def category(
        self, variable: Variable | None, code: str, cell: Cell, place: Place, findings: Findings
    ) -> str | None:
        """The category of dimension ``code`` a cell names, ``T`` for an empty one, None with a finding."""
        dimension = self.catalogue.dimensions[code]
        text = cell_text(cell)
        category = self.categories[code].get(normalised(text))
        if category is None:
            self._report_category(dimension, cell, place, findings)
        elif category != TOTAL and variable is not None and code not in variable.breakdowns:
            words = {"variable": variable.label, "dimension": dimension.label}
            findings.add("intake.breakdown_not_agreed", place, value=text, words=words)
            return None
        return category

    def _report_category(self, dimension: Dimension, cell: Cell, place: Place, findings: Findings) -> None:
        text = cell_text(cell)
        labels = list(dimension.categories.values())
        if isinstance(cell, date):
            words = {"dimension": dimension.label, "example": labels[0] if labels else "insgesamt"}
            findings.add("intake.category_is_date", place, value=text, words=words)
            return
        names = [*labels, *dimension.categories, *dimension.aliases]
        findings.add(
            "intake.unknown_category",
            place,
            value=text,
            words=lambda: {"dimension": dimension.label, "proposal": proposal(text, names)},
        )

    def reference_date(
        self, variable: Variable | None, cell: Cell, place: Place, findings: Findings
    ) -> date | None:
        """The date in a cell, where it is the request's or the variable's own; else None and a finding."""
        asked = self.request.reference_date
        own = due_date(variable, self.request) if variable else asked
        if not cell_text(cell):
            findings.add("intake.missing_key", place, words={"column": place.column})
            return None
        found = read_date(cell, own) or read_date(cell, asked)
        if found in (own, asked):
            return found
        code = "intake.invalid_date" if found is None else "intake.wrong_date"
        findings.add(code, place, value=cell_text(cell), words={"expected": day(own)})
        return None
