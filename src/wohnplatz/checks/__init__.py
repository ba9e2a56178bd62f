"""Plausibility checks of deliveries: rules as data, evaluated on observations and their history."""

from .background import Background
from .checking import KINDS, Trial, check, try_rule
from .comparison import division_findings
from .fingerprints import fingerprint
from .rules import (
    FORMULA,
    OPERATORS,
    PLACEHOLDERS,
    Rule,
    RuleBook,
    check_formula,
    check_rule,
    load_rules,
    parse_rule,
)

__all__ = [
    "FORMULA", "KINDS", "OPERATORS", "PLACEHOLDERS", "Background", "Rule", "RuleBook", "Trial", "check",
    "check_formula", "check_rule", "division_findings", "fingerprint", "load_rules", "parse_rule", "try_rule",
]  # fmt: skip
