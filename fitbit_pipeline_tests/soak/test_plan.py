"""What goes wrong in a simulated year is drawn by a seed: everything, and the same again."""

import pytest

from soak.plan import FEWEST_NIGHTS, FEWEST_PARTICIPANTS, Happening, Plan, Trouble, draw_plan

SHORT = (FEWEST_NIGHTS, FEWEST_PARTICIPANTS)
LONG = (365, 20)


@pytest.mark.parametrize("size", [SHORT, LONG])
@pytest.mark.parametrize("seed", range(20))
def test_every_trouble_occurs_whatever_the_seed(seed: int, size: tuple[int, int]) -> None:
    plan = draw_plan(seed, *size)

    assert {night.trouble for night in plan.nights} == set(Trouble)
    assert len(plan.nights) == size[0]


@pytest.mark.parametrize("size", [SHORT, LONG])
def test_the_same_seed_draws_the_same_and_another_something_else(size: tuple[int, int]) -> None:
    assert draw_plan(7, *size) == draw_plan(7, *size)
    assert draw_plan(7, *size).nights != draw_plan(8, *size).nights


@pytest.mark.parametrize("seed", range(20))
def test_the_first_and_the_last_night_are_undisturbed(seed: int) -> None:
    plan = draw_plan(seed, *LONG)

    assert {plan.nights[0].trouble, plan.nights[-1].trouble} == {Trouble.NONE}


@pytest.mark.parametrize("size", [SHORT, LONG])
@pytest.mark.parametrize("seed", range(20))
def test_who_leaves_or_withdraws_does_so_after_an_undisturbed_night(
    seed: int, size: tuple[int, int]
) -> None:
    plan = draw_plan(seed, *size)
    undisturbed = {night.date for night in plan.nights if night.trouble is Trouble.NONE}
    gone = [each for each in plan.events if each.what in (Happening.LEAVE, Happening.REVOKE)]

    assert {each.what for each in gone} == {Happening.LEAVE, Happening.REVOKE}
    assert {each.day for each in gone} <= undisturbed


@pytest.mark.parametrize("seed", range(20))
def test_somebody_is_without_consent_for_longer_than_a_night_repairs(seed: int) -> None:
    for plan in (draw_plan(seed, *SHORT), draw_plan(seed, *LONG)):
        assert max(_days_without_consent(plan)) > plan.limit_days


@pytest.mark.parametrize("size", [(FEWEST_NIGHTS - 1, 20), (365, FEWEST_PARTICIPANTS - 1)])
def test_a_study_too_small_for_everything_to_happen_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="Everything happens from"):
        draw_plan(7, *size)


def _days_without_consent(plan: Plan) -> list[int]:
    gone = {each.name: each.day for each in plan.events if each.what is Happening.REVOKE}
    return [
        (each.day - gone[each.name]).days
        for each in plan.events
        if each.what is Happening.RENEW and each.name in gone
    ]
