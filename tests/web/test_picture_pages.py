"""Pictures for posters and social media at a page: made, shown, taken away, refused in words."""

from __future__ import annotations

import hashlib

from django.urls import reverse

from wohnplatz.workflow.releases.models import Output


def test_the_planner_makes_a_picture_and_takes_it_away(released, log_in, scene) -> None:
    client = log_in(released.planner)
    address = reverse("release_pictures", args=[1])
    assert address in client.get(reverse("map", args=["sgb2_quote"])).content.decode()
    sent = {"indikator": "sgb2_quote", "motiv": "karte:wohnplatz", "jahr": "2024", "groesse": "quadrat"}
    page = client.post(address, sent, follow=True).content.decode()
    made = Output.objects.get(kind="picture")
    assert "Das Bild ist fertig" in page
    assert f'alt="{made.words}"' in page
    file = reverse("release_picture", args=[1, made.pk])
    answer = client.get(file)
    assert hashlib.sha256(answer.content).hexdigest() == made.sha
    assert answer["Content-Disposition"] == 'attachment; filename="sgb2_quote-wohnplatz-2024-quadrat.png"'
    assert client.get(f"{file}?ansehen").content == answer.content
    refused = client.post(address, {**sent, "jahr": "1900", "motiv": "zahl:weg"}).content.decode()
    assert refused.count("kern-form-input--error") == 2
    assert Output.objects.filter(kind="picture").count() == 1
    for user in (released.sector, released.user_ahausen, released.administrator):
        other = log_in(user)
        assert [other.get(a).status_code for a in (address, file)] == [403, 403]
        assert address not in other.get(reverse("map", args=["sgb2_quote"])).content.decode()
