"""Statistics over released figures: what may be seen goes in, what follows from it comes out.

Everything here is arithmetic over figures that passed disclosure control, so nothing of it needs protection
of its own. The methods themselves are pure functions on arrays in ``monitoring``.
"""

from .changes import AreaChange, AreaTrend, changes, trends
from .clusters import Clusters
from .funnels import Funnel, area_funnel
from .inequality import YearOfInequality
from .reliability import VERDICTS, district_of, verdict_counts, why_none, with_reliability
from .typology import AreasLike, Group, Types, in_words, similar
from .warnings import EarlyWarning, Notice, early_warning, sentence

__all__ = [
    "VERDICTS", "AreaChange", "AreaTrend", "AreasLike", "Clusters", "EarlyWarning", "Funnel", "Group",
    "Notice", "Types", "YearOfInequality", "area_funnel", "changes", "district_of", "early_warning",
    "in_words", "sentence", "similar", "trends", "verdict_counts", "why_none", "with_reliability",
]  # fmt: skip
