"""Statistics over released figures: what may be seen goes in, what follows from it comes out.

Everything here is arithmetic over figures that passed disclosure control, so nothing of it needs protection
of its own. The methods themselves are pure functions on arrays in ``monitoring``.
"""

from .changes import AreaChange, AreaTrend, changes, trends
from .clusters import Clusters
from .direction import trend_sentence, trend_short
from .funnels import Funnel, area_funnel
from .inequality import YearOfInequality
from .pooling import AreaPooled, pooled, pooled_words, span_words
from .positions import AreaPosition, places, position_sentence, positions
from .reliability import VERDICTS, district_of, verdict_counts, why_none, with_reliability
from .smoothing import can_smooth, smoothed_code, with_smoothed
from .typology import AreasLike, Group, Types, in_words, similar
from .warnings import EarlyWarning, Notice, early_warning, sentence

__all__ = [
    "VERDICTS", "AreaChange", "AreaPooled", "AreaPosition", "AreaTrend", "AreasLike", "Clusters",
    "EarlyWarning", "Funnel", "Group", "Notice", "Types", "YearOfInequality", "area_funnel", "can_smooth",
    "changes", "district_of", "early_warning", "in_words", "places", "pooled", "pooled_words",
    "position_sentence", "positions", "sentence", "similar", "smoothed_code", "span_words",
    "trend_sentence", "trend_short", "trends", "verdict_counts", "why_none", "with_reliability",
    "with_smoothed",
]  # fmt: skip
