"""Importing an archive: who becomes a participant, what is kept, and what is refused."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from pymongo.errors import WriteError

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.combined import CombinedSource
from fitbit_pipeline_tests.fitabase_archive import write_export
from fitbit_pipeline_tests.fitabase_tables import DEMO_DATA
from fitbit_pipeline_tests.flow.importing import ImportBench
from fitbit_pipeline_tests.takeout_archive import TakeoutArchive
from fitbit_pipeline_tests.zip_files import zip_folder

MARCH_1 = date(2026, 3, 1)


@pytest.fixture
def bench(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[ImportBench]:
    """A store without anybody, and an empty home."""
    with ImportBench.open(mongodb_uri, database_name, tmp_path / "home") as bench:
        yield bench


def days(first: date, count: int, steps: int = 5000) -> dict[date, int]:
    """Steps of consecutive days."""
    return {first + timedelta(days=number): steps + number for number in range(count)}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """An export of three people."""
    return write_export(
        tmp_path / "study",
        {"41": days(MARCH_1, 5), "42": days(MARCH_1, 3), "7": days(date(2026, 2, 20), 2)},
    )


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """One person's Takeout that names no time zone."""
    archive = TakeoutArchive(tmp_path / "mine")
    archive.resting("2026-03-01", {"2026-03-01": 61.0, "2026-03-02": 62.0})
    return archive.folder


class TestNames:
    """Everybody in an archive becomes a participant."""

    def test_people_of_a_study_are_named_by_a_prefix(self, bench: ImportBench, study: Path) -> None:
        bench.run(study)
        assert [each.name for each in bench.store.participants.all()] == ["P41", "P42", "P7"]

    def test_the_prefix_may_be_chosen(self, bench: ImportBench, study: Path) -> None:
        bench.run(study, participant="arm-B_")
        names = [each.name for each in bench.store.participants.all()]
        assert names == ["arm-B_41", "arm-B_42", "arm-B_7"]

    def test_one_person_is_me(self, bench: ImportBench, mine: Path) -> None:
        bench.run(mine, time_zone="Europe/Athens")
        assert [each.name for each in bench.store.participants.all()] == ["me"]

    def test_one_person_may_be_named(self, bench: ImportBench, mine: Path) -> None:
        bench.run(mine, participant="P07", time_zone="Europe/Athens")
        assert [each.name for each in bench.store.participants.all()] == ["P07"]

    def test_all_35_people_of_the_recorded_days_are_found(self, bench: ImportBench) -> None:
        imported = bench.run(DEMO_DATA)
        assert len(bench.store.participants.all()) == 35
        assert (imported.first_day, imported.last_day) == (date(2016, 3, 12), date(2016, 5, 12))

    @pytest.mark.parametrize(
        "name", ["../x", "a/b", "$where", "", "x" * 65, "-me", "me\n", "P 07", "Zoë"]
    )
    def test_a_bad_name_is_refused_before_anything_is_read(
        self, bench: ImportBench, name: str
    ) -> None:
        """The archive does not even exist."""
        with bench.unchanged(), pytest.raises(UserError, match="1 to 64 letters, digits"):
            bench.run(Path("/nowhere"), participant=name)

    def test_a_prefix_that_makes_a_name_too_long_is_refused(
        self, bench: ImportBench, study: Path
    ) -> None:
        with bench.unchanged(), pytest.raises(UserError, match="1 to 64 letters, digits"):
            bench.run(study, participant="x" * 63)


class TestWhatIsRegistered:
    """Whose data it is, and how far it reaches."""

    def test_a_participant_reaches_from_their_own_first_day_to_their_last(
        self, bench: ImportBench, study: Path
    ) -> None:
        bench.run(study)
        reach = {
            each.name: (each.enrolled_on, each.last_day) for each in bench.store.participants.all()
        }
        assert reach == {
            "P41": (MARCH_1, date(2026, 3, 5)),
            "P42": (MARCH_1, date(2026, 3, 3)),
            "P7": (date(2026, 2, 20), date(2026, 2, 21)),
        }

    def test_what_it_returns_is_what_is_stored(self, bench: ImportBench, study: Path) -> None:
        imported = bench.run(study, note="A sentence.")
        assert list(imported.participants) == bench.store.participants.all()
        assert imported.kind == "fitabase"
        assert (imported.first_day, imported.last_day) == (date(2026, 2, 20), date(2026, 3, 5))
        assert {each.note for each in imported.participants} == {"A sentence."}

    def test_dates_may_be_moved(self, bench: ImportBench, study: Path) -> None:
        imported = bench.run(study, shift_days=14)
        (archive,) = bench.get("P42").archives
        assert (archive.first_day, archive.last_day) == (date(2026, 3, 15), date(2026, 3, 17))
        assert bench.get("P42").enrolled_on == date(2026, 3, 15)
        assert imported.last_day == date(2026, 3, 19)

    def test_problems_of_the_archive_are_told_and_do_not_stop_it(
        self, bench: ImportBench, study: Path
    ) -> None:
        path = study / "dailyActivity_merged.csv"
        path.write_text(
            path.read_text(encoding="utf-8").replace(",5001,", ",x,", 1), encoding="utf-8"
        )
        imported = bench.run(study)
        assert [str(problem) for problem in imported.survey.problems] == [
            "dailyActivity_merged.csv, line 3: TotalSteps is not a number of its kind"
        ]


class TestTimeZones:
    """Civil dates are the participant's."""

    def test_people_of_a_study_live_in_the_deployments_zone(
        self, bench: ImportBench, study: Path
    ) -> None:
        bench.run(study, default_zone="Asia/Kathmandu")
        assert {each.time_zone for each in bench.store.participants.all()} == {"Asia/Kathmandu"}

    def test_the_zone_that_the_user_named_is_stronger(
        self, bench: ImportBench, study: Path
    ) -> None:
        bench.run(study, default_zone="Asia/Kathmandu", time_zone="Europe/Athens")
        assert bench.get("P42").time_zone == "Europe/Athens"

    def test_an_archive_that_names_no_zone_needs_one(self, bench: ImportBench, mine: Path) -> None:
        with bench.unchanged(), pytest.raises(UserError, match="name it with --time-zone"):
            bench.run(mine)

    def test_a_zone_that_does_not_exist_is_refused(self, bench: ImportBench, study: Path) -> None:
        with bench.unchanged(), pytest.raises(UserError, match="'Mars/Base' is not a time zone"):
            bench.run(study, time_zone="Mars/Base")


class TestTheOriginal:
    """It is kept under the home as it came."""

    def test_a_zip_is_kept_byte_by_byte(
        self, bench: ImportBench, study: Path, tmp_path: Path
    ) -> None:
        zipped = zip_folder(study, tmp_path / "study.zip")
        bench.run(zipped)
        (kept,) = bench.archives().values()
        assert kept == zipped.read_bytes()

    def test_a_folder_is_kept_file_by_file(self, bench: ImportBench, study: Path) -> None:
        bench.run(study)
        kept = {name.rsplit("/", 1)[-1]: content for name, content in bench.archives().items()}
        assert kept == {path.name: path.read_bytes() for path in study.iterdir()}

    def test_it_is_kept_once_for_all_its_people(self, bench: ImportBench, study: Path) -> None:
        bench.run(study)
        digests = {each.archives[0].digest for each in bench.store.participants.all()}
        assert {name.split("/")[0] for name in bench.archives()} == digests
        assert len(digests) == 1

    def test_days_are_read_from_the_kept_original(self, bench: ImportBench, study: Path) -> None:
        bench.run(study)
        for path in study.iterdir():
            path.unlink()
        assert bench.steps("P42", MARCH_1, date(2026, 3, 3)) == ["5000", "5001", "5002"]


class TestAgain:
    """The same archive a second time, and the next archive of the same person."""

    def test_the_same_archive_is_refused_the_second_time(
        self, bench: ImportBench, study: Path
    ) -> None:
        bench.run(study)
        with (
            bench.unchanged(),
            pytest.raises(UserError, match=r"has this archive already, since 2026"),
        ):
            bench.run(study)

    def test_the_same_archive_packed_otherwise_is_refused_too(
        self, bench: ImportBench, study: Path, tmp_path: Path
    ) -> None:
        bench.run(study)
        zipped = zip_folder(study, tmp_path / "study.zip", "study/")
        with bench.unchanged(), pytest.raises(UserError, match="backfill --from"):
            bench.run(zipped)

    def test_the_next_archive_of_a_person_extends_their_days(
        self, bench: ImportBench, study: Path, tmp_path: Path
    ) -> None:
        bench.run(study)
        later = write_export(tmp_path / "later", {"42": days(date(2026, 3, 3), 4, steps=8000)})
        bench.run(later)
        person = bench.get("P42")
        assert (person.enrolled_on, person.last_day) == (MARCH_1, date(2026, 3, 6))
        assert len(person.archives) == 2
        assert bench.steps("P42", MARCH_1, date(2026, 3, 6)) == [
            "5000", "5001", "8000", "8001", "8002", "8003",
        ]  # fmt: skip

    def test_an_older_archive_extends_them_backwards(
        self, bench: ImportBench, study: Path, tmp_path: Path
    ) -> None:
        bench.run(study)
        bench.run(write_export(tmp_path / "older", {"42": days(date(2026, 2, 27), 3, steps=100)}))
        person = bench.get("P42")
        assert (person.enrolled_on, person.last_day) == (date(2026, 2, 27), date(2026, 3, 3))
        assert bench.steps("P42", date(2026, 2, 28), MARCH_1) == ["101", "5000"]

    def test_the_others_stay_as_they_were(
        self, bench: ImportBench, study: Path, tmp_path: Path
    ) -> None:
        bench.run(study)
        before = bench.get("P41")
        bench.run(write_export(tmp_path / "later", {"42": days(date(2026, 3, 3), 4)}))
        assert bench.get("P41") == before

    def test_two_archives_are_one_source(
        self, bench: ImportBench, study: Path, tmp_path: Path
    ) -> None:
        bench.run(study)
        bench.run(write_export(tmp_path / "later", {"42": days(date(2026, 3, 3), 4)}))
        assert isinstance(bench.sources.open(bench.get("P42")), CombinedSource)
        assert bench.sources.open(bench.get("P42")).name == "fitabase"

    def test_another_source_under_the_same_name_is_refused(
        self, bench: ImportBench, study: Path, mine: Path
    ) -> None:
        bench.run(study)
        with bench.unchanged(), pytest.raises(UserError, match="comes from the source fitabase"):
            bench.run(mine, participant="P42", time_zone="UTC")

    def test_the_next_archive_in_another_zone_is_refused(
        self, bench: ImportBench, study: Path, tmp_path: Path
    ) -> None:
        bench.run(study, time_zone="Europe/Athens")
        later = write_export(tmp_path / "later", {"42": days(date(2026, 3, 3), 4)})
        with bench.unchanged(), pytest.raises(UserError, match="--time-zone Europe/Athens"):
            bench.run(later, time_zone="America/New_York")

    def test_the_next_archive_of_one_person_takes_over_their_zone(
        self, bench: ImportBench, mine: Path, tmp_path: Path
    ) -> None:
        bench.run(mine, time_zone="Europe/Athens")
        later = TakeoutArchive(tmp_path / "later")
        later.resting("2026-03-03", {"2026-03-03": 60.0})
        bench.run(later.folder)
        assert bench.get("me").last_day == date(2026, 3, 3)

    def test_an_import_that_was_cut_off_halfway_can_be_finished(
        self, bench: ImportBench, study: Path
    ) -> None:
        """The store refuses the second of three people: the first is there already."""
        with bench.refusing("P42"), pytest.raises(WriteError, match="Document failed validation"):
            bench.run(study)
        assert [each.name for each in bench.store.participants.all()] == ["P41"]
        bench.run(study)
        assert [each.name for each in bench.store.participants.all()] == ["P41", "P42", "P7"]
        assert len(bench.get("P41").archives) == 1
