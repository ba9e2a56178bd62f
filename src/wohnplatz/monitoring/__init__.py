"""Statistics on arrays: the composite index and the classes of maps.

Pure functions: arrays in, frozen results out; no files, no tables, no settings.
"""

from .change import false_discovery, newcombe, rate_change, with_error
from .classes import classify
from .funnel import funnel_limits
from .getis import getis_ord, joint, local_g
from .index import IndexResult, index_classes, standardised_sum
from .inequality import gini, theil
from .intervals import byar, clopper_pearson, exact_poisson, odds, wilson
from .legend import legend_classes
from .pooling import pooled_years
from .ranks import rank_ranges, simulated_ranks
from .segregation import dissimilarity, exposure, information, isolation
from .shrinkage import empirical_bayes, logit_shrinkage
from .space import conditional_draws, geary, local_moran, moran
from .standardised import direct, smr
from .trend import kendall, theil_sen, weighted_trend
from .typology import Grouping, similar
from .weights import Weights, distance_band, nearest, weights_of

__all__ = [
    "Grouping",
    "IndexResult",
    "Weights",
    "byar",
    "classify",
    "clopper_pearson",
    "conditional_draws",
    "direct",
    "dissimilarity",
    "distance_band",
    "empirical_bayes",
    "exact_poisson",
    "exposure",
    "false_discovery",
    "funnel_limits",
    "geary",
    "getis_ord",
    "gini",
    "index_classes",
    "information",
    "isolation",
    "joint",
    "kendall",
    "legend_classes",
    "local_g",
    "local_moran",
    "logit_shrinkage",
    "moran",
    "nearest",
    "newcombe",
    "odds",
    "pooled_years",
    "rank_ranges",
    "rate_change",
    "similar",
    "simulated_ranks",
    "smr",
    "standardised_sum",
    "theil",
    "theil_sen",
    "weighted_trend",
    "weights_of",
    "wilson",
    "with_error",
]  # fmt: skip
