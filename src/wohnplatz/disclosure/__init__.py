"""Statistical disclosure control: the rules and the only door for figures."""

from .door import release
from .rules import STANDARD_RULES, AudienceRules, Rule, RuleSet, load_rules

__all__ = ["STANDARD_RULES", "AudienceRules", "Rule", "RuleSet", "load_rules", "release"]
