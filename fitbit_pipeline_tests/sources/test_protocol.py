"""Failures of sources: which days failed, and why."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure

MON, TUE, WED = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)


class TestByDay:
    """Every day that failed, with its kind and its sentence."""

    def test_a_failure_without_days_concerns_every_day_that_is_missing(self) -> None:
        failure = SourceFailure(FailureKind.SOURCE_GONE, "It is gone.")
        gone = (FailureKind.SOURCE_GONE, "It is gone.")
        assert failure.by_day([MON, WED]) == {MON: gone, WED: gone}

    def test_a_failure_without_days_concerns_no_day_where_none_is_missing(self) -> None:
        assert SourceFailure(FailureKind.SOURCE_GONE, "It is gone.").by_day([]) == {}

    def test_a_failure_with_days_keeps_a_sentence_for_each(self) -> None:
        failure = SourceFailure(FailureKind.DAMAGED, "Damaged.", {MON: "Line 1.", TUE: "Line 2."})
        assert failure.by_day([MON, TUE]) == {
            MON: (FailureKind.DAMAGED, "Line 1."),
            TUE: (FailureKind.DAMAGED, "Line 2."),
        }

    def test_a_failure_with_days_says_nothing_of_the_others(self) -> None:
        failure = SourceFailure(FailureKind.DAMAGED, "Damaged.", {MON: "Line 1."})
        assert TUE not in failure.by_day([MON, TUE])

    def test_failures_of_other_kinds_are_told_too(self) -> None:
        other = SourceFailure(FailureKind.NOT_SERVED, "Not served.", {TUE: "Not served."})
        failure = SourceFailure(FailureKind.DAMAGED, "Damaged.", {MON: "Line 1."}, also=[other])
        assert failure.by_day([MON, TUE])[TUE] == (FailureKind.NOT_SERVED, "Not served.")

    def test_the_first_failure_that_names_a_day_decides_about_it(self) -> None:
        other = SourceFailure(FailureKind.NOT_SERVED, "Not served.", {MON: "Not served."})
        failure = SourceFailure(FailureKind.DAMAGED, "Damaged.", {MON: "Line 1."}, also=[other])
        assert failure.by_day([MON]) == {MON: (FailureKind.DAMAGED, "Line 1.")}

    def test_missing_days_may_be_given_once_and_for_all(self) -> None:
        """An iterator is read once, however many failures there are."""
        also = [SourceFailure(FailureKind.NOT_SERVED, "Not served.")]
        failure = SourceFailure(FailureKind.DAMAGED, "Damaged.", {MON: "Line 1."}, also=also)
        assert failure.by_day(iter([MON, TUE])).keys() == {MON, TUE}


class TestOfDays:
    """Days that failed for reasons of their own become one failure."""

    def test_one_kind_is_one_failure(self) -> None:
        failure = SourceFailure.of_days(
            {MON: (FailureKind.DAMAGED, "Line 1."), TUE: (FailureKind.DAMAGED, "Line 2.")}
        )
        assert (failure.kind, failure.days, failure.also) == (
            FailureKind.DAMAGED,
            {MON: "Line 1.", TUE: "Line 2."},
            (),
        )

    def test_its_text_is_the_sentence_of_its_first_day(self) -> None:
        failure = SourceFailure.of_days({MON: (FailureKind.DAMAGED, "Line 1.")})
        assert str(failure) == failure.reason == "Line 1."

    @given(
        st.dictionaries(
            st.dates(),
            st.tuples(st.sampled_from(FailureKind), st.text(min_size=1, max_size=5)),
            min_size=1,
            max_size=12,
        )
    )
    def test_no_day_is_lost_and_none_is_added(
        self,
        failures: dict[date, tuple[FailureKind, str]],
    ) -> None:
        assert SourceFailure.of_days(failures).by_day(failures) == failures
