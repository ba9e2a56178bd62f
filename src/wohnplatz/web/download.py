"""Files to take away."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
SVG = "image/svg+xml"
PNG = "image/png"
PDF = "application/pdf"


def as_download(data: bytes | str, filename: str, content_type: str) -> HttpResponse:
    """An answer that browsers save and never show."""
    response = HttpResponse(data, content_type=content_type)
    name = content_disposition_header(as_attachment=True, filename=filename)
    response.headers["Content-Disposition"] = name or "attachment"
    return response
