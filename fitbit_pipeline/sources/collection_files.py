"""Tells by its documents which collection a file holds, whatever a person called the file.

``mongodump`` names its files after collections, ``mongoexport`` asks for a name. What does not
belong here: what the documents mean (``tutorial``, ``lifesnaps``).
"""

from itertools import islice

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive_files import ArchiveFiles, Member
from fitbit_pipeline.sources.lifesnaps.records import FAMILY_OF
from fitbit_pipeline.sources.lifesnaps.splitting import COLLECTION as LIFESNAPS
from fitbit_pipeline.sources.mongo_documents import ENDINGS, Document, read_documents
from fitbit_pipeline.sources.tutorial.collection import NAME as TUTORIAL
from fitbit_pipeline.sources.tutorial.types import ENDPOINT_OF

_METADATA = ".metadata.json"
_MOST_FILES = 50
"""A folder with more such files is no dump of one database."""
_MOST_DOCUMENTS = 1000
_ISO_DATE = len("2023-03-29")


def known_by_content(files: ArchiveFiles) -> ArchiveFiles:
    """The same archive, in which the files of both collections have the names of collections.

    Those that have such a name are looked into alone, if there are any; one whose first documents
    do not tell keeps its name.
    """
    found = [each for each in files.members if _ending(each) and not _is_metadata(each)]
    named = [each for each in found if _stem(each) in (TUTORIAL, LIFESNAPS)]
    looked_into = (named or found)[:_MOST_FILES]
    names = {
        member: f"{collection}{_ending(member)}"
        for member in looked_into
        if (collection := _collection(files, member)) not in (None, _stem(member))
    }
    return files.calling(names) if names else files


def _collection(files: ArchiveFiles, member: Member) -> str | None:
    """The collection of which the first documents are that tell."""
    try:
        for document in islice(read_documents(files, member), _MOST_DOCUMENTS):
            if collection := _told_by(document):
                return collection
    except UserError:
        # Whoever reads the file in earnest says what is wrong with it.
        return None
    return None


def _told_by(document: Document) -> str | None:
    type_, data = document.get("type"), document.get("data")
    if not isinstance(type_, str) or not isinstance(data, dict):
        return None
    stamp = data.get("dateTime")
    # Both have steps, but LifeSnaps those of minutes.
    is_of_a_day = isinstance(stamp, str) and len(stamp) == _ISO_DATE
    if type_ in ENDPOINT_OF and is_of_a_day:
        return TUTORIAL
    return LIFESNAPS if type_ in FAMILY_OF else None


def _ending(member: Member) -> str:
    """How a file of a collection ends; empty for other files."""
    name = member.base_name.lower()
    return next((ending for ending in ENDINGS if name.endswith(ending)), "")


def _stem(member: Member) -> str:
    return member.base_name[: -len(_ending(member)) or None]


def _is_metadata(member: Member) -> bool:
    return member.base_name.lower().removesuffix(".gz").endswith(_METADATA)
