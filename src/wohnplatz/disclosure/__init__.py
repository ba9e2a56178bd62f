"""Statistical disclosure control: the rules and the only door for figures."""

from .clearance import Clearance
from .contributions import Contributions, sensitive_sums
from .door import release
from .requirements import Requirements, requirements
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
from .rules_file import STANDARD_RULES, load_rules

__all__ = [
    "STANDARD_RULES", "AudienceRules", "Clearance", "Contributions", "Demand", "Level", "Mode",
    "Requirements", "Rule", "RuleSet", "Sources", "Weights", "Zeros", "load_rules", "one_mode", "release",
    "requirements", "sensitive_sums",
]  # fmt: skip
