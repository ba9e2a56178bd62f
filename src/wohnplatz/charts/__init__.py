"""Pictures of released figures as SVG text: maps, lines, pyramids, distributions, matrices, bars."""

from .bars import bars_svg
from .frame import swatch_svg
from .funnel import funnel_svg, place_words
from .intervals import course_svg, interval_svg, places_svg
from .lines import line_svg
from .maps import map_svg
from .matrix import matrix_counts, matrix_svg
from .projection import Future, projection_svg
from .pyramid import pyramid_svg
from .raster import png
from .scatter import both, scatter_svg
from .scheme import LegendEntry, legend
from .series import series_svg
from .strip import strip_svg
from .words import mark_words, source_line

__all__ = [
    "Future", "LegendEntry", "bars_svg", "both", "course_svg", "funnel_svg", "interval_svg", "legend",
    "line_svg", "map_svg", "mark_words", "matrix_counts", "matrix_svg", "place_words", "places_svg", "png",
    "projection_svg", "pyramid_svg", "scatter_svg", "series_svg", "source_line", "strip_svg", "swatch_svg",
]  # fmt: skip
