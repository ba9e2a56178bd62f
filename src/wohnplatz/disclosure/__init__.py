"""Statistical disclosure control: the rules and the only door for figures."""

from .clearance import Clearance
from .contributions import Contributions, sensitive_sums
from .door import release
from .requirements import Requirements, requirements
from .rule_changes import Effect, RuleChange, compare, weaker
from .rules import (
    AudienceRules,
    Demand,
    Level,
    Mode,
    Rule,
    RuleSet,
    Sources,
    Weights,
    Zeros,
    one_mode,
)
from .rules_file import RULES, STANDARD_RULES, load_rules, read_rules

__all__ = [
    "RULES", "STANDARD_RULES", "AudienceRules", "Clearance", "Contributions", "Demand", "Effect", "Level",
    "Mode", "Requirements", "Rule", "RuleChange", "RuleSet", "Sources", "Weights", "Zeros", "compare",
    "load_rules", "one_mode", "read_rules", "release", "requirements", "sensitive_sums", "weaker",
]  # fmt: skip
