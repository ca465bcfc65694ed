"""What the survey of a Takeout archive finds: whose days, from when to when, and what is wrong."""

from datetime import date
from pathlib import Path

import pytest

from fitbit_pipeline.civil import time_zone
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline.sources.takeout import Takeout
from fitbit_pipeline_tests.takeout_archive import (
    TakeoutArchive,
    every_minute,
    fetch,
    responses,
    sleep_log,
    utc,
    zip_parts,
)

UTC_ZONE = time_zone("UTC")


@pytest.fixture
def archive(tmp_path: Path) -> TakeoutArchive:
    """An empty archive."""
    return TakeoutArchive(tmp_path / "export")


def test_padding_is_cut(archive: TakeoutArchive) -> None:
    """Sedentary 1440 and null resting heart rates, measured 20 months ahead, are no days."""
    archive.levels("2018-05-03", {"2018-05-20": (900, 60, 0, 0), "2018-05-29": (1440, 0, 0, 0)})
    archive.levels("2020-01-01", {"2020-01-20": (1440, 0, 0, 0)})
    archive.resting("2018-01-01", {"2018-05-19": 60.5, "2018-12-31": None})
    person = archive.survey().people[0]
    assert (person.first_day, person.last_day) == (date(2018, 5, 19), date(2018, 5, 20))


def test_days_with_sedentary_minutes_alone_are_none(archive: TakeoutArchive) -> None:
    """An archive of padding alone holds nothing."""
    archive.levels("2018-05-03", {"2018-05-20": (1440, 0, 0, 0)})
    with pytest.raises(UserError, match="no day on which a device was used"):
        archive.survey()


def test_basal_calories_and_zero_steps_are_no_evidence(archive: TakeoutArchive) -> None:
    """Energy is counted up to the hour of the export, worn or not."""
    archive.series("calories", "2024-06-01", dict.fromkeys(every_minute("2024-06-20T00:00", 9), 1))
    archive.series("steps", "2024-06-01", {utc("2024-06-10T12:00"): 5, utc("2024-06-20T12:00"): 0})
    person = archive.survey().people[0]
    assert person.first_day == person.last_day == date(2024, 6, 10)
    assert person.endpoints == {"calories", "steps"}


def test_synced_until_is_the_last_reading(archive: TakeoutArchive) -> None:
    """The archive is whole up to the last reading, to the second."""
    archive.heart_rate("2024-06-10", [utc("2024-06-10T08:00"), utc("2024-06-10T09:30")])
    archive.json("sleep-2024-06-01.json", [sleep_log("2024-06-10")])
    assert archive.survey("Europe/Athens").people[0].synced_until == utc("2024-06-10T09:30")


def test_synced_until_of_a_date_is_its_start(archive: TakeoutArchive) -> None:
    """Where only dates are known, the last day is not known to be whole."""
    archive.resting("2024-01-01", {"2024-06-10": 60.5})
    assert archive.survey("Asia/Tokyo").people[0].synced_until == utc("2024-06-09T15:00")


def test_zone_of_the_profile(archive: TakeoutArchive) -> None:
    """The profile's zone counts where the user names none, and is told."""
    archive.profile("Asia/Shanghai")
    archive.resting("2024-01-01", {"2024-06-10": 60.5})
    survey = archive.survey(None)
    assert survey.people[0].time_zone == "Asia/Shanghai"
    assert "profile" in survey.notes[0]


def test_zone_of_the_user_goes_first(archive: TakeoutArchive) -> None:
    """Whoever names a zone knows better than an old profile."""
    archive.profile("Asia/Shanghai")
    archive.resting("2024-01-01", {"2024-06-10": 60.5})
    assert archive.survey("Europe/Paris").people[0].time_zone == "Europe/Paris"


@pytest.mark.parametrize("stated", [None, "null", "Atlantis/Capital"])
def test_zone_that_nobody_states(archive: TakeoutArchive, stated: str | None) -> None:
    """Without a zone there are no civil days; the way out is named, the profile is not quoted."""
    if stated:
        archive.profile(stated)
    archive.resting("2024-01-01", {"2024-06-10": 60.5})
    with pytest.raises(UserError, match="--time-zone") as raised:
        archive.survey(None)
    assert "Atlantis" not in str(raised.value)


@pytest.mark.parametrize(
    ("root", "data"),
    [
        ("Takeout/Fitbit", "Global Export Data"),
        ("Takeout/Google Health", "Global Export Data"),
        ("Takeout/Fitbit", "Globale Exportdaten"),
        ("Επιλογές/Υγεία Google", "Καθολικά δεδομένα εξαγωγής"),
        ("MyFitbitData/AdaSecret", "Physical Activity"),
        ("user-site-export", ""),
        ("", ""),
    ],
)
def test_every_layout(tmp_path: Path, root: str, data: str) -> None:
    """Files are known by their base names: folders are of many ages and languages."""
    archive = TakeoutArchive(tmp_path, root, data)
    archive.series("steps", "2024-06-01", {utc("2024-06-10T12:00"): 5})
    assert Takeout().recognises(archive.open())
    assert fetch(archive.source(), "steps", "2024-06-10")["2024-06-10"] is not None


@pytest.mark.parametrize("parts", [1, 3])
def test_part_zips_are_one_archive(archive: TakeoutArchive, tmp_path: Path, parts: int) -> None:
    """The parts of an export split a folder anywhere; the days are those of the folder."""
    for day in range(1, 6):
        archive.heart_rate(f"2024-06-{day:02}", every_minute(f"2024-06-{day:02}T08:00", 20))
    archive.profile("UTC")
    files = open_archive(zip_parts(archive.folder, tmp_path, parts))
    kind = Takeout()
    source = kind.open(files, kind.survey(files, None).people[0], 0)
    whole = fetch(archive.source(), "heart_rate", "2024-06-01", "2024-06-05")
    assert fetch(source, "heart_rate", "2024-06-01", "2024-06-05") == whole
    files.close()


def test_file_in_two_parts_counts_once(archive: TakeoutArchive, tmp_path: Path) -> None:
    """The same file in two parts is one, and that is told."""
    archive.series("steps", "2024-06-01", {utc("2024-06-10T12:00"): 5})
    again = TakeoutArchive(tmp_path / "again")
    again.series("steps", "2024-06-01", {utc("2024-06-10T12:00"): 5})
    files = open_archive([archive.folder, again.folder])
    kind = Takeout()
    survey = kind.survey(files, UTC_ZONE)
    payload = fetch(kind.open(files, survey.people[0], 0), "steps", "2024-06-10")["2024-06-10"]
    assert len(payload["steps"]) == 1
    assert survey.problems == ()
    assert "count once" in survey.notes[-1]


def test_files_of_one_name_that_differ(archive: TakeoutArchive, tmp_path: Path) -> None:
    """Of two states of a file the longer counts, and the other is reported."""
    archive.series("steps", "2024-06-01", {utc("2024-06-10T12:00"): 5})
    again = TakeoutArchive(tmp_path / "again")
    again.series("steps", "2024-06-01", dict.fromkeys(every_minute("2024-06-10T12:00", 3), 5))
    files = open_archive([archive.folder, again.folder])
    kind = Takeout()
    survey = kind.survey(files, UTC_ZONE)
    payload = fetch(kind.open(files, survey.people[0], 0), "steps", "2024-06-10")["2024-06-10"]
    assert len(payload["steps"]) == 3
    assert [problem.file for problem in survey.problems] == ["steps-2024-06-01.json"]


def test_only_the_ends_of_heavy_families_are_read(archive: TakeoutArchive) -> None:
    """A survey walks inwards until it finds evidence; what lies between is read when fetched."""
    archive.heart_rate("2024-06-01", [])
    archive.heart_rate("2024-06-02", every_minute("2024-06-02T08:00", 5))
    archive.write("heart_rate-2024-06-03.json", "[{")
    archive.heart_rate("2024-06-04", every_minute("2024-06-04T08:00", 5))
    archive.heart_rate("2024-06-05", every_minute("2024-06-05T08:00", 5), bpm=0)
    survey = archive.survey()
    assert survey.people[0].first_day == date(2024, 6, 2)
    assert survey.people[0].last_day == date(2024, 6, 4)
    assert survey.problems == ()


def test_calories_are_not_read_through(archive: TakeoutArchive) -> None:
    """They show no use: one file with records tells that the archive has them."""
    archive.series("steps", "2024-06-01", {utc("2024-06-10T12:00"): 5})
    archive.series("calories", "2024-05-01", {utc("2024-05-02T12:00"): 1})
    archive.write("calories-2024-06-01.json", "[{")
    archive.series("calories", "2024-07-01", {utc("2024-07-02T12:00"): 1})
    assert archive.survey().problems == ()


def test_archive_in_which_nothing_can_be_used(archive: TakeoutArchive) -> None:
    """The sentence names a file and what is wrong with it."""
    archive.write("steps-2024-06-01.json", '[{"dateTime": "06/01/24 0')
    with pytest.raises(UserError, match=r"steps-2024-06-01\.json, line 1.*not whole JSON"):
        archive.survey()


def test_evidence_outside_the_days_of_its_file_is_reported(archive: TakeoutArchive) -> None:
    """A clock set to 2063 does not stretch the archive by forty years of missing days."""
    archive.heart_rate("2024-06-01", [utc("2024-06-01T08:00"), utc("2063-04-05T08:00")])
    survey = archive.survey()
    assert survey.people[0].last_day == date(2024, 6, 1)
    assert [str(problem) for problem in survey.problems] == [
        "heart_rate-2024-06-01.json, record 2: it has a date outside the days of its file"
    ]


def test_nothing_personal_is_told(archive: TakeoutArchive) -> None:
    """Neither folders named after people nor profiles nor values reach a message."""
    named = TakeoutArchive(archive.folder, "MyFitbitData/AdaSecret", "Sleep")
    named.profile("UTC")
    named.json("sleep-2024-06-01.json", [sleep_log("2024-06-10"), {"dateOfSleep": "2024-06-11"}])
    survey = named.survey(None)
    source = Takeout().open(named.open(), survey.people[0], 0)
    told = f"{survey}{responses(source, 'sleep', '2024-06-10')[0].request}"
    assert len(survey.problems) == 1
    assert "Secret" not in told
    assert "1815" not in told


def test_what_is_kept_of_a_folder() -> None:
    """Series, tables, profile and heights are kept; locations, badges and texts are not."""
    relevant = Takeout().relevant
    assert relevant("steps-2024-06-01.json")
    assert relevant("Daily SpO2 - 2024-06-01-2024-09-08.csv")
    assert relevant("Daily Heart Rate Variability Summary - 2020-11-(15).csv")
    assert relevant("Profile.csv")
    assert relevant("height-2024-06-01.json")
    assert not relevant("gps_location_2024-06-01.csv")
    assert not relevant("badge.json")
    assert not relevant("Daily SpO2 README.txt")


def test_other_archives_are_not_taken_for_takeout(tmp_path: Path) -> None:
    """A Fitabase folder and a lone weight table are something else."""
    (tmp_path / "dailyActivity_merged.csv").write_text("Id,ActivityDate\n")
    (tmp_path / "weight.csv").write_text("day,kg\n")
    assert not Takeout().recognises(open_archive([tmp_path]))
