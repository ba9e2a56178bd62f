"""Publications written for a test and attacked."""

import pytest

from wohnplatz.checks.publications import check_publication


@pytest.fixture
def published(tmp_path):
    def check(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return check_publication(tmp_path)

    return check
