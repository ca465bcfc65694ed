"""The watch that the whole suite stands under sees what it is there to see."""

import pytest

from fitbit_pipeline_tests.leaks import files_with_secrets, secrets_in

pytest_plugins = ["pytester"]

TOKEN = "ya29." + "a0AfB_byC" * 4


@pytest.mark.parametrize(
    "secret", [TOKEN, "1//0" + "5x-Y_z" * 5, "GOCSPX-" + "a1B2" * 5, "gAAAAA" + "bZ_-9" * 12]
)
def test_every_kind_of_secret_is_seen(secret: str) -> None:
    assert secrets_in(f"Authorization: Bearer {secret}\n") == 1


@pytest.mark.parametrize("text", ["", "ya29.…", "1//2", "https://example.org//path/1//index.html"])
def test_what_is_no_secret_is_not(text: str) -> None:
    assert secrets_in(text) == 0


def test_a_secret_in_a_log_below_a_folder_is_found(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """In a folder that is emptied again: the watch looks at what tests leave behind."""
    folder = tmp_path_factory.mktemp("leak")
    path = folder / "dagster" / "storage" / "run.err"
    path.parent.mkdir(parents=True)
    path.write_text(TOKEN)

    assert list(files_with_secrets(folder)) == [path]

    path.unlink()


@pytest.mark.parametrize(
    "line", ["print({token!r})", "logging.getLogger('x').warning({token!r})", "raise E({token!r})"]
)
def test_a_test_that_tells_a_secret_fails_and_does_not_tell_it_again(
    pytester: pytest.Pytester, line: str
) -> None:
    pytester.makeconftest(
        "from fitbit_pipeline_tests.conftest import pytest_runtest_makereport  # noqa: F401"
    )
    # The token is put together when it runs: the source of a failing test is part of its report.
    half = len(TOKEN) // 2
    token = f"({TOKEN[:half]!r} + {TOKEN[half:]!r})"
    told = line.replace("{token!r}", token)
    pytester.makepyfile(f"import logging\nE = ValueError\ndef test_it():\n    {told}\n")

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist")

    result.assert_outcomes(failed=1)
    assert secrets_in(result.stdout.str()) == 0
