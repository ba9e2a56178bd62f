"""A rule file that asks for a mode releases are not protected with."""

import pytest

from wohnplatz.disclosure import STANDARD_RULES
from wohnplatz.model import WohnplatzError


@pytest.mark.parametrize("mode", ["rounding", "cell_key"])
def test_a_mode_that_is_not_applied_is_refused_and_nothing_is_published(district, mode):
    rules = STANDARD_RULES.read_bytes() + f'\n[datasets.arbeit]\nmode = "{mode}"\n'.encode()
    with pytest.raises(WohnplatzError) as found:
        district.release({"a1": 20, "a2": 30}, rules=rules)
    assert found.value.code == "publication.mode"
    assert "datasets.arbeit" in found.value.where
    assert not district.head
