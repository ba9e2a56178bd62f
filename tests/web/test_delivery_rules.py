"""The planner's own checks: tried on past deliveries, kept, retired."""

from __future__ import annotations

from django.urls import reverse

from wohnplatz.workflow.deliveries.models import OwnRule

RULE = {
    "kennung": "sgb2_klein", "datensatz": "arbeit", "links": "sgb2_personen", "vergleich": "<=",
    "rechts": "60", "gewicht": "warning", "befund": "{links} Personen sind mehr als {rechts}.",
}  # fmt: skip


def test_a_rule_is_tried_on_past_deliveries_before_it_is_kept(delivered, log_in) -> None:
    client = log_in(delivered.planner)
    page = client.post(reverse("rule_new"), {**RULE, "schritt": "probe"}).content.decode()
    assert "in 1 von 1\xa0Lieferung 1\xa0Befund ergeben" in page
    assert "100 Personen sind mehr als 60." in page
    assert not OwnRule.objects.exists()
    client.post(reverse("rule_new"), {**RULE, "schritt": "speichern"})
    assert OwnRule.objects.get().active
    assert "sgb2_klein" in client.get(reverse("rule_list")).content.decode()


def test_a_formula_that_is_none_is_said_beside_its_side(delivered, log_in) -> None:
    page = log_in(delivered.planner).post(reverse("rule_new"), {**RULE, "rechts": "gibt_es_nicht"})
    assert "rechts" in page.context["form"].errors
    assert 'value="gibt_es_nicht"' in page.content.decode()


def test_a_rule_is_retired_after_asking(delivered, log_in) -> None:
    client = log_in(delivered.planner)
    client.post(reverse("rule_new"), {**RULE, "schritt": "speichern"})
    url = reverse("rule_retire", args=["sgb2_klein"])
    assert "Was sich ändert" in client.get(url).content.decode()
    assert OwnRule.objects.get().active
    client.post(url)
    assert not OwnRule.objects.get().active


def test_partners_neither_see_nor_make_rules(world, log_in) -> None:
    client = log_in(world.user_jobcenter)
    assert client.get(reverse("rule_list")).status_code == 403
    assert client.post(reverse("rule_new"), {**RULE, "schritt": "speichern"}).status_code == 403
    assert not OwnRule.objects.exists()
