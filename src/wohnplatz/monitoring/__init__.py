"""Statistics on arrays: the composite index and the classes of maps.

Pure functions: arrays in, frozen results out; no files, no tables, no settings.
"""

from .change import false_discovery, newcombe, rate_change, with_error
from .classes import classify
from .funnel import funnel_limits
from .index import IndexResult, index_classes, standardised_sum
from .intervals import byar, clopper_pearson, exact_poisson, odds, wilson
from .pooling import pooled_years
from .ranks import rank_ranges, simulated_ranks
from .shrinkage import empirical_bayes, logit_shrinkage
from .standardised import direct, smr
from .trend import kendall, theil_sen, weighted_trend

__all__ = [
    "IndexResult", "byar", "classify", "clopper_pearson", "direct", "empirical_bayes", "exact_poisson",
    "false_discovery", "funnel_limits", "index_classes", "kendall", "logit_shrinkage", "newcombe", "odds",
    "pooled_years", "rank_ranges", "rate_change", "simulated_ranks", "smr", "standardised_sum",
    "theil_sen", "weighted_trend", "wilson", "with_error",
]  # fmt: skip
