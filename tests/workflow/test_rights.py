"""Who may do what; every refusal says why."""

from __future__ import annotations

import pytest

from wohnplatz.model import WohnplatzError
from wohnplatz.workflow.accounts.policies import RIGHTS, Right, may, require


def test_a_partner_sees_only_its_own_organisations_deliveries(delivered):
    from wohnplatz.workflow.accounts.policies import Refused, require_see_contents
    from wohnplatz.workflow.deliveries import queries

    own = queries.visible_to(delivered.user_ahausen)
    assert {d.round.agreement.partner.code for d in own} == {"ahausen"}
    assert queries.visible_to(delivered.planner).count() == 3
    other = delivered.rounds["behausen", 2024]
    with pytest.raises(Refused, match="gehört zu einer anderen Stelle"):
        require_see_contents(delivered.user_ahausen, other)
    with pytest.raises(Refused, match="Fachplanung"):
        queries.visible_to(delivered.sector)


def test_single_values_are_for_the_planner_and_the_partner_itself(delivered):
    from wohnplatz.workflow.accounts.policies import Refused
    from wohnplatz.workflow.deliveries import queries

    delivery = delivered.deliveries[0]
    assert len(queries.observations(delivered.planner, delivery)) == 4
    assert len(queries.observations(delivered.user_ahausen, delivery)) == 4
    assert queries.original(delivered.user_ahausen, delivery).startswith(b"Merkmal")
    for user in (delivered.administrator, delivered.sector, delivered.user_behausen):
        with pytest.raises(Refused):
            queries.observations(user, delivery)


def test_nobody_but_the_planner_decides(delivered):
    from wohnplatz.workflow.accounts.policies import Refused
    from wohnplatz.workflow.deliveries.actions import accept, receive, return_to_partner

    delivery = delivered.deliveries[0]
    for user in (delivered.administrator, delivered.sector, delivered.user_ahausen):
        with pytest.raises(Refused):
            accept(user, delivery, delivery.version)
        with pytest.raises(Refused):
            return_to_partner(user, delivery, "nein")
    for user in (delivered.administrator, delivered.sector, delivered.user_behausen):
        with pytest.raises(Refused):
            receive(user, delivered.rounds["ahausen", 2023], "a.csv", b"")


@pytest.mark.parametrize("right", list(Right))
def test_every_right_is_refused_with_reason_and_the_roles_that_hold_it(world, right):
    from wohnplatz.workflow.accounts.policies import Refused

    for user in (world.administrator, world.planner, world.user_ahausen, world.sector):
        assert may(user, right) == (user.role in RIGHTS[right])
        if not may(user, right):
            with pytest.raises(Refused) as refused:
                require(user, right)
            assert "Rolle" in refused.value.why
            assert "Dazu berechtigt" in refused.value.todo


def test_a_locked_account_may_nothing(world):
    from wohnplatz.workflow.accounts.actions import deactivate
    from wohnplatz.workflow.accounts.policies import Refused

    deactivate(world.administrator, world.planner)
    with pytest.raises(Refused, match="gesperrt"):
        require(world.planner, Right.FIGURES)


def test_accounts_are_made_by_the_administration_with_a_good_password(world):
    from wohnplatz.workflow.accounts.actions import create_user, set_password
    from wohnplatz.workflow.accounts.policies import Refused

    new = {"username": "Neu", "name": "Neue Person", "role": "sector"}
    with pytest.raises(Refused):
        create_user(world.planner, password="ein langes Kennwort", **new)
    with pytest.raises(WohnplatzError, match="Kennwort"):
        create_user(world.administrator, password="kurz", **new)
    user = create_user(world.administrator, password="ein langes Kennwort", **new)
    assert user.username == "neu"
    with pytest.raises(WohnplatzError, match="gibt es schon"):
        create_user(world.administrator, password="ein langes Kennwort", **new)
    set_password(user, user, "ein anderes langes Kennwort")
    assert user.check_password("ein anderes langes Kennwort")
    with pytest.raises(Refused):
        set_password(user, world.planner, "ein anderes langes Kennwort")


def test_a_partners_account_has_a_partner_and_no_other_account_has(world):
    from wohnplatz.workflow.accounts.actions import create_user

    for role, partner in (("partner", None), ("sector", world.ahausen)):
        with pytest.raises(WohnplatzError, match="Lieferstelle"):
            create_user(
                world.administrator, username="x", name="X", role=role, partner=partner,
                password="ein langes Kennwort",
            )  # fmt: skip
    with pytest.raises(WohnplatzError, match="Rolle"):
        create_user(world.administrator, username="x", name="X", role="king", password="ein langes Kennwort")
