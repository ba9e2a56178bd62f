"""A made-up district: deterministic, believable, and loaded through the same door as a real one."""

from .building import build
from .scenario import DEMO_PASSWORD, Action, Scenario

__all__ = ["DEMO_PASSWORD", "Action", "Scenario", "build"]
