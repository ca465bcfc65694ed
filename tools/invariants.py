"""The ten invariants, the tests that prove each, and a sabotage that these tests must catch.

``make sabotage`` breaks the code in each of these ways, on a copy; docs/invariants.md shows the
table. What does not belong here: how a sabotage is carried out (``sabotage``).
"""

from dataclasses import dataclass

TESTS = "fitbit_pipeline_tests"


@dataclass(frozen=True, slots=True)
class Sabotage:
    """One line of the program, broken.

    Attributes:
        file: Where the line is, from the project's root.
        line: The line as it is, without indentation; it stands there once.
        broken: What is put in its place.
    """

    file: str
    line: str
    broken: str


@dataclass(frozen=True, slots=True)
class Invariant:
    """A promise of the project.

    Attributes:
        number: As the invariants are counted.
        sentence: What is promised.
        tests: The tests that prove it, as pytest names them; the first must catch the sabotage.
        sabotage: What breaks it.
    """

    number: int
    sentence: str
    tests: tuple[str, ...]
    sabotage: Sabotage


INVARIANTS = (
    Invariant(
        1,
        "Every participant, endpoint and day in the window asked for is in exactly one coverage "
        "state.",
        (
            f"{TESTS}/flow/test_days.py::"
            "test_each_participant_endpoint_and_day_asked_for_is_in_exactly_one_state",
            f"{TESTS}/flow/test_takeout_import.py::test_every_day_and_endpoint_is_in_one_state",
            f"{TESTS}/google_health/test_hundred.py::"
            "test_ninety_seven_have_every_endpoint_of_every_day",
        ),
        Sabotage(
            "fitbit_pipeline/flow/asking.py",
            "self.entries.update(found)",
            'self.entries.update({day: e for day, e in found.items() if e.state != "empty"})',
        ),
    ),
    Invariant(
        2,
        "Running any day any number of times leaves identical documents.",
        (f"{TESTS}/flow/test_days.py::test_carried_again_and_again_not_a_document_changes",),
        Sabotage(
            "fitbit_pipeline/flow/derive_metrics.py",
            '"_id": f"{key}/{name}",',
            '"_id": f"{key}/{name}/{id(response)}",',
        ),
    ),
    Invariant(
        3,
        "Metrics and engagement are functions of the raw responses alone.",
        (
            f"{TESTS}/flow/test_days.py::"
            "test_what_is_derived_comes_back_from_the_raw_responses_alone",
            f"{TESTS}/flow/test_days.py::test_a_metric_that_the_rules_no_longer_give_is_removed",
        ),
        Sabotage(
            "fitbit_pipeline/store/derived.py",
            'operations.extend(DeleteOne({"_id": key}) for key in stored)',
            'operations.extend(DeleteOne({"_id": key}) for key in ())',
        ),
    ),
    Invariant(
        4,
        "Newest first, oldest first, shuffled, concurrent: the store converges to the same "
        "documents.",
        (f"{TESTS}/flow/test_days.py::test_whatever_the_order_of_days_the_documents_are_the_same",),
        Sabotage(
            "fitbit_pipeline/flow/derive_engagement.py",
            "reach = _last_affected(store, participant, days[1])",
            "reach = days[1]",
        ),
    ),
    Invariant(
        5,
        "A failed or truncated answer never becomes an empty day.",
        (
            f"{TESTS}/flow/test_failures.py::"
            "test_every_kind_of_failure_has_its_state_and_keeps_its_sentence",
            f"{TESTS}/sources/google_health/test_heart_rate.py::"
            "test_days_before_a_failure_stand_and_a_day_cut_by_it_fails",
        ),
        Sabotage(
            "fitbit_pipeline/flow/asking.py",
            "CoverageState.FAILED,",
            "CoverageState.EMPTY,",
        ),
    ),
    Invariant(
        6,
        "A late, smaller answer replaces a larger one only when the source synced later.",
        (
            f"{TESTS}/store/test_raw_responses.py::"
            "test_an_answer_of_an_earlier_sync_replaces_nothing_however_late_it_arrives",
            f"{TESTS}/store/test_raw_responses.py::"
            "test_a_smaller_answer_of_a_later_sync_replaces_a_larger_one",
        ),
        Sabotage(
            "fitbit_pipeline/store/raw_responses.py",
            'return {"$or": [{"synced_until": None}, {"synced_until": {"$lte": synced_until}}]}',
            "return {}",
        ),
    ),
    Invariant(
        7,
        "Every civil day has 23, 24 or 25 hours, and shares are of that.",
        (
            f"{TESTS}/test_civil.py::TestDays",
            f"{TESTS}/engagement/test_summary.py",
        ),
        Sabotage(
            "fitbit_pipeline/civil.py",
            "return round((day_end(day, zone) - day_start(day, zone)).total_seconds() / 60)",
            "return 1440",
        ),
    ),
    Invariant(
        8,
        "Losing one participant's consent touches that participant alone.",
        (
            f"{TESTS}/flow/test_failures.py::"
            "test_lost_consent_marks_the_participant_and_them_alone",
            f"{TESTS}/google_health/test_hundred.py::"
            "test_whose_consent_is_gone_is_marked_and_not_asked_on",
        ),
        Sabotage(
            "fitbit_pipeline/store/participants.py",
            '{"_id": name, "status": ParticipantStatus.ACTIVE.value},',
            '{"status": ParticipantStatus.ACTIVE.value},',
        ),
    ),
    Invariant(
        9,
        "No token, secret or health value appears in logs, run metadata or error messages.",
        (
            f"{TESTS}/store/test_bulk.py::"
            "test_a_refused_write_is_told_without_what_was_to_be_written",
            f"{TESTS}/google_health/test_privacy.py",
            f"{TESTS}/test_leaks.py",
        ),
        Sabotage(
            "fitbit_pipeline/store/bulk.py",
            'f"(codes {sorted(codes)}): look at its log."',
            'f"(codes {sorted(codes)}): look at its log. {failures}"',
        ),
    ),
    Invariant(
        10,
        "After any number of missed nights the next night repairs as many days; what is older is "
        "reported, not forgotten.",
        (
            f"{TESTS}/flow/test_nights.py",
            f"{TESTS}/test_schedules.py::test_four_missed_nights_are_repaired_at_once",
            f"{TESTS}/google_health/test_nights.py::"
            "test_the_night_after_four_missed_ones_fills_all_four",
        ),
        Sabotage(
            "fitbit_pipeline/flow/nights.py",
            "for day in days_between(participant.enrolled_on, yesterday)",
            "for day in days_between(max(participant.enrolled_on, trailing_from), yesterday)",
        ),
    ),
)
