"""Who needs a call: each reason, from which day on, in which order, and who is left alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.engagement.calls import (
    NOT_THEIRS,
    SCOPE_MISSING,
    CallReason,
    Facts,
    Trouble,
    calls,
)
from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline_tests.engagement.somebody import (
    AFTER_DAYS,
    NOW,
    TODAY,
    WELL,
    YESTERDAY,
    ago,
    not_worn_since,
    reasons,
    sentence,
    worn_on,
)


def test_nobody_need_call_somebody_with_whom_all_is_well() -> None:
    assert reasons(WELL) == []


class TestConsent:
    """The consent is gone."""

    def test_whose_consent_is_gone_needs_a_call_at_once_and_the_sentence_says_why(self) -> None:
        facts = replace(WELL, consent_gone=True, consent_reason="The consent was withdrawn.")

        assert sentence(facts) == ("The consent was withdrawn. The last data are of 23 November.")

    def test_without_a_reason_it_says_what_to_do(self) -> None:
        facts = replace(WELL, consent_gone=True, last_data=None, last_worn=None, worn={})

        assert sentence(facts) == (
            "The consent is gone: they must connect again. There never were any data."
        )

    def test_silence_and_failures_that_follow_from_it_are_no_reasons_of_their_own(self) -> None:
        facts = replace(
            not_worn_since(20, NOW - timedelta(days=20)),
            consent_gone=True,
            troubles=[Trouble("steps", "transient", 7, 7)],
        )

        assert reasons(facts) == [CallReason.CONSENT_GONE]

    @pytest.mark.parametrize(("days_ago", "days"), [(5, 5), (0, 0)])
    def test_it_is_as_urgent_as_the_data_are_old(self, days_ago: int, days: int) -> None:
        facts = replace(WELL, consent_gone=True, last_data=ago(days_ago))

        assert [call.days for call in calls(facts, NOW, AFTER_DAYS)] == [days]

    def test_before_the_study_has_begun_it_has_held_for_no_day(self) -> None:
        facts = Facts(ZoneInfo("UTC"), enrolled_on=ago(-5), consent_gone=True)

        assert [call.days for call in calls(facts, NOW, AFTER_DAYS)] == [0]


class TestSync:
    """The device has not synced."""

    @pytest.mark.parametrize(("days_ago", "expected"), [(2, []), (3, [CallReason.NOT_SYNCED])])
    def test_a_call_is_due_from_the_third_day_on(
        self, days_ago: int, expected: list[CallReason]
    ) -> None:
        facts = replace(WELL, synced_until=NOW - timedelta(days=days_ago))

        assert reasons(facts) == expected

    def test_the_sentence_says_for_how_long_and_since_when(self) -> None:
        facts = replace(WELL, synced_until=datetime(2026, 11, 19, 23, 59, tzinfo=UTC))

        assert sentence(facts) == "The device has not synced for 5 days, since 19 November."

    def test_a_date_of_another_year_says_which(self) -> None:
        facts = replace(WELL, synced_until=datetime(2025, 12, 31, 12, tzinfo=UTC))

        assert sentence(facts).endswith("since 31 December 2025.")

    def test_days_are_those_of_a_zone_far_in_the_east(self) -> None:
        """It is 24 November, 21:00 there; the sync was on 21 November, 00:30."""
        facts = replace(
            WELL,
            zone=ZoneInfo("Pacific/Kiritimati"),
            synced_until=datetime(2026, 11, 20, 10, 30, tzinfo=UTC),
        )

        assert sentence(facts) == "The device has not synced for 3 days, since 21 November."

    def test_days_are_those_of_a_zone_far_in_the_west(self) -> None:
        """It is still 23 November there, and the sync was on the evening of 20 November."""
        facts = replace(
            WELL,
            zone=ZoneInfo("Pacific/Honolulu"),
            synced_until=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
            last_data=ago(2),
            last_worn=ago(2),
        )

        assert sentence(facts) == "The device has not synced for 3 days, since 20 November."

    @pytest.mark.parametrize(("days_ago", "expected"), [(3, []), (4, [CallReason.NOT_SYNCED])])
    def test_where_no_sync_is_known_three_whole_days_without_data_stand_for_it(
        self, days_ago: int, expected: list[CallReason]
    ) -> None:
        worn = worn_on(days_between(ago(30), ago(days_ago)))
        facts = replace(
            WELL, synced_until=None, last_data=ago(days_ago), last_worn=ago(days_ago), worn=worn
        )

        assert reasons(facts) == expected

    def test_the_sentence_then_says_that_no_sync_is_known(self) -> None:
        worn = worn_on(days_between(ago(30), ago(6)))
        facts = replace(WELL, synced_until=None, last_data=ago(6), last_worn=ago(6), worn=worn)

        assert sentence(facts) == (
            "No data for 5 days, since 18 November; no sync of the device is known."
        )


class TestNoDataEver:
    """No data ever came."""

    def _new(self, days_ago: int, synced_until: datetime | None = None) -> Facts:
        return Facts(ZoneInfo("UTC"), enrolled_on=ago(days_ago), synced_until=synced_until)

    @pytest.mark.parametrize(("days_ago", "expected"), [(2, []), (3, [CallReason.NO_DATA_EVER])])
    def test_a_call_is_due_three_days_after_enrolment(
        self, days_ago: int, expected: list[CallReason]
    ) -> None:
        assert reasons(self._new(days_ago)) == expected

    def test_the_sentence_says_whether_the_device_ever_synced(self) -> None:
        assert sentence(self._new(4)) == (
            "No data since enrolment 4 days ago; no sync of the device is known."
        )
        assert sentence(self._new(4, NOW - timedelta(days=1))) == (
            "No data since enrolment 4 days ago; the device synced yesterday."
        )

    def test_it_has_held_since_enrolment(self) -> None:
        assert [call.days for call in calls(self._new(4), NOW, AFTER_DAYS)] == [4]

    def test_it_is_the_one_reason_for_silence(self) -> None:
        assert reasons(self._new(20, NOW - timedelta(days=10))) == [CallReason.NO_DATA_EVER]

    def test_whose_study_has_not_begun_needs_no_call(self) -> None:
        assert reasons(self._new(-5)) == []


class TestEndpoints:
    """Kinds of data that are not shared, or fail."""

    def test_what_is_not_shared_is_named_at_once(self) -> None:
        facts = replace(
            WELL,
            troubles=[
                Trouble("heart_rate", SCOPE_MISSING, 1, 0),
                Trouble("sleep", SCOPE_MISSING, 7, 0),
            ],
        )

        assert sentence(facts) == (
            "Not shared: heart rate, sleep. They must connect again and tick every box."
        )
        assert [call.days for call in calls(facts, NOW, AFTER_DAYS)] == [7]

    @pytest.mark.parametrize(
        ("days", "attempts", "expected"),
        [(7, 2, []), (2, 7, []), (3, 3, [CallReason.FAILING]), (7, 5, [CallReason.FAILING])],
    )
    def test_failing_takes_three_days_and_three_tries_in_a_row(
        self, days: int, attempts: int, expected: list[CallReason]
    ) -> None:
        """One bad night fails for a whole week of days: that is no reason to call everybody."""
        facts = replace(WELL, troubles=[Trouble("sleep", "transient", days, attempts)])

        assert reasons(facts) == expected

    def test_the_sentence_names_what_fails(self) -> None:
        facts = replace(WELL, troubles=[Trouble("sleep", "transient", 7, 5)])

        assert sentence(facts) == "Fetching has failed 5 times in a row: sleep."
        assert [call.days for call in calls(facts, NOW, AFTER_DAYS)] == [5]

    @pytest.mark.parametrize("kind", sorted(NOT_THEIRS))
    def test_what_a_participant_cannot_heal_is_no_reason(self, kind: str) -> None:
        assert reasons(replace(WELL, troubles=[Trouble("sleep", kind, 7, 7)])) == []

    def test_the_kinds_are_those_of_the_sources(self) -> None:
        kinds = {kind.value for kind in FailureKind}

        assert {SCOPE_MISSING, *NOT_THEIRS} <= kinds

    def test_a_trouble_is_told_in_words(self) -> None:
        assert Trouble("heart_rate", "transient", 1, 1).told == "heart rate: failed on 1 day"
        assert Trouble("sleep", SCOPE_MISSING, 7, 0).told == "sleep: not shared"


class TestWhoNeedsNone:
    """Nobody calls whose days are over."""

    BAD = replace(WELL, consent_gone=True, synced_until=NOW - timedelta(days=20))

    def test_who_has_left(self) -> None:
        assert reasons(replace(self.BAD, left=True)) == []

    def test_whose_archive_has_ended(self) -> None:
        assert reasons(replace(self.BAD, last_day=YESTERDAY)) == []

    def test_but_not_who_has_a_last_day_still_to_come(self) -> None:
        assert reasons(replace(self.BAD, last_day=TODAY)) == [CallReason.CONSENT_GONE]

    def test_an_end_is_that_of_the_participant_s_zone(self) -> None:
        """In Honolulu it is still 23 November."""
        facts = replace(self.BAD, last_day=YESTERDAY, zone=ZoneInfo("Pacific/Honolulu"))

        assert reasons(facts) == [CallReason.CONSENT_GONE]


def test_several_reasons_come_most_urgent_first() -> None:
    facts = replace(
        not_worn_since(20, NOW - timedelta(days=8)),
        troubles=[
            Trouble("hrv", "transient", 7, 7),
            Trouble("sleep", SCOPE_MISSING, 7, 0),
        ],
    )

    assert reasons(facts) == [
        CallReason.NOT_SYNCED,
        CallReason.NOT_WORN,
        CallReason.NOT_SHARED,
        CallReason.FAILING,
    ]


def test_the_order_of_the_reasons() -> None:
    assert [reason.urgency for reason in CallReason] == [0, 1, 2, 3, 4, 5]
    assert CallReason.CONSENT_GONE.urgency == 0


def test_a_study_may_wait_longer_before_it_calls() -> None:
    facts = replace(WELL, synced_until=NOW - timedelta(days=6))

    assert calls(facts, NOW, 7) == []
    assert [call.days for call in calls(facts, NOW, 6)] == [6]
