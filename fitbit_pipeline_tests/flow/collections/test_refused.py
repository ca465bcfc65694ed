"""Collections that are damaged or something else: nothing is imported of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline_tests.flow.collections.imported import DAY, Document
from fitbit_pipeline_tests.flow.importing import ImportBench
from fitbit_pipeline_tests.lifesnaps_collection import ANN, levels
from fitbit_pipeline_tests.tutorial_collection import Notebook, bson_file, json_lines, mongodump
from fitbit_pipeline_tests.zip_files import cut, flip_content, write_folder, zip_folder

BAD: dict[str, Callable[[Path, Notebook, list[Document]], Path]] = {
    "the tutorial's dump, cut off": lambda folder, notebook, _: cut(
        bson_file(folder / "fitbitCollection.bson", notebook.documents), 0.7
    ),
    "a packed dump, cut off": lambda folder, notebook, _: cut(
        bson_file(folder / "fitbitCollection.bson.gz", notebook.documents), 0.7
    ),
    "a zip of a dump, damaged inside": lambda folder, notebook, _: flip_content(
        zip_folder(
            bson_file(folder / "in" / "fitbitCollection.bson", notebook.documents).parent,
            folder / "x.zip",
        )
    ),
    "an export, cut off": lambda folder, notebook, _: cut(
        json_lines(folder / "export.json", notebook.documents), 0.7
    ),
    "JSON of something else": lambda folder, *_: write_folder(
        folder, {"x.json": b'[{"name": "beach"}]'}
    ),
    "no JSON": lambda folder, *_: write_folder(folder, {"x.json": b"hello"}) / "x.json",
    "a dump of something else": lambda folder, *_: bson_file(folder / "x.bson", [{"a": 1}]),
    "the tutorial's collection twice": lambda folder, notebook, _: (
        json_lines(
            mongodump(folder, "fitbitCollection", notebook.documents) / "fitbitCollection.json",
            notebook.documents,
        ).parent
    ),
    "LifeSnaps, cut off": lambda folder, _, study: cut(
        bson_file(folder / "fitbit.bson", study), 0.9
    ),
    "LifeSnaps twice": lambda folder, _, study: (
        json_lines(mongodump(folder, "fitbit", study) / "fitbit.json", study).parent
    ),
    "LifeSnaps with nobody who used a device": lambda folder, *_: bson_file(
        folder / "fitbit.bson", levels(ANN, DAY, (1440, 0, 0, 0))
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_collection_changes_nothing(
    name: str, bench: ImportBench, notebook: Notebook, study: list[Document], tmp_path: Path
) -> None:
    """Not even a folder that was under way is left."""
    path = BAD[name](tmp_path / "in" / "export", notebook, study)
    bench.directory.mkdir(parents=True)
    with bench.unchanged(), pytest.raises(UserError) as refused:
        bench.run(path, time_zone="UTC")
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
