"""What failed in a run is told to people: every reason once, however much failed for it."""

from fitbit_pipeline.cli.imports import each_reason_once

GONE = "The Fitbit Web API was switched off: go on with Google Health."


def test_a_reason_that_many_share_is_told_once() -> None:
    failures = [f"No participant's {name} could be brought. {GONE}" for name in ("a", "b", "c")]

    assert each_reason_once(failures) == [
        f"No participant's a could be brought. And 2 failures more: {GONE}"
    ]
    assert each_reason_once(failures[:2])[0].count("And 1 failure more: ") == 1


def test_what_failed_alone_or_without_a_reason_is_told_as_it_is() -> None:
    alone = f"No participant's steps could be brought. {GONE}"
    bare = "The step metrics__sleep failed: look at the run."

    assert each_reason_once([alone, bare, bare]) == [alone, bare]
