"""Takeout as a kind of archive: how it is recognised, surveyed and opened."""

from zoneinfo import ZoneInfo

from fitbit_pipeline.sources.archive import Person, Survey
from fitbit_pipeline.sources.archive_files import ArchiveFiles
from fitbit_pipeline.sources.protocol import Source
from fitbit_pipeline.sources.takeout.profile import HEIGHT_PATTERN, PROFILE_NAMES
from fitbit_pipeline.sources.takeout.services import FAMILIES
from fitbit_pipeline.sources.takeout.source import NAME, TakeoutSource
from fitbit_pipeline.sources.takeout.survey import survey_archive


class Takeout:
    """Google Takeout (``Takeout/Fitbit``, ``Takeout/Google Health``) and the fitbit.com exports.

    ``MyFitbitData/<name>`` and the flat ``user-site-export`` have the same files. They are known
    by their base names alone: folder names are in the language of the account.
    """

    @property
    def name(self) -> str:
        """``takeout``."""
        return NAME

    @property
    def many_people(self) -> bool:
        """No: an archive is of one account."""
        return False

    def recognises(self, files: ArchiveFiles) -> bool:
        """Whether any file has a name with a date as only these exports write it."""
        return any(
            family.chunk_start(member.base_name) is not None
            for member in files.members
            for family in FAMILIES
        )

    def relevant(self, base_name: str) -> bool:
        """Whether a file holds records that are read, or the zone and units of the person."""
        return (
            base_name in PROFILE_NAMES
            or HEIGHT_PATTERN.fullmatch(base_name) is not None
            or any(family.pattern.fullmatch(base_name) for family in FAMILIES)
        )

    def survey(self, files: ArchiveFiles, zone: ZoneInfo | None) -> Survey:
        """Tells whose days the archive holds; see ``survey_archive``.

        Raises:
            UserError: If the zone is not known, or no day can be used.
        """
        return survey_archive(files, zone)

    def open(self, files: ArchiveFiles, person: Person, shift_days: int) -> Source:
        """The source of the person's days."""
        return TakeoutSource(files, person, shift_days)
