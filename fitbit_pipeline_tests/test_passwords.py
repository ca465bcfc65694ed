"""Passwords: what is stored tells nothing, and asking takes as long for nobody as for somebody."""

import time

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.passwords import STORED, hash_password, is_password

PASSWORD = "four words and blanks"
HASHED = hash_password(PASSWORD)


def test_the_right_password_is_known_again_and_no_other() -> None:
    assert is_password(PASSWORD, HASHED)
    for wrong in ("", PASSWORD.upper(), PASSWORD + " ", PASSWORD[:-1], HASHED, "\0"):
        assert not is_password(wrong, HASHED)


def test_what_is_stored_holds_cost_and_salt_but_no_password() -> None:
    assert STORED.fullmatch(HASHED)
    assert PASSWORD not in HASHED
    assert hash_password(PASSWORD) != HASHED


def test_a_letter_typed_on_another_keyboard_is_the_same() -> None:
    assert is_password("gru\u0308ne Wiesen", hash_password("gr\u00fcne Wiesen"))


def test_a_hash_of_another_cost_is_still_understood() -> None:
    """The third test vector of RFC 7914, of which a shorter hash is the beginning."""
    digest = "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
    stored = f"$scrypt$ln=14,r=8,p=1${b'SodiumChloride'.hex()}${digest}"

    assert is_password("pleaseletmein", stored)
    assert not is_password("pleaseletmein!", stored)


@pytest.mark.parametrize("stored", [None, "", "plain", "$scrypt$ln=15,r=8,p=3$$", HASHED[:-5]])
def test_without_a_usable_hash_no_password_is_right(stored: str | None) -> None:
    for password in ("", PASSWORD, "plain"):
        assert not is_password(password, stored)


def test_the_hash_of_nothing_has_no_password() -> None:
    assert not is_password("", f"$scrypt$ln=15,r=8,p=3${'00' * 16}${'00' * 32}")


@pytest.mark.parametrize("password", ["", "brief", "eleven char"])
def test_a_short_password_is_refused_without_being_repeated(password: str) -> None:
    with pytest.raises(UserError, match="at least 12 characters") as refused:
        hash_password(password)

    assert not password or password not in str(refused.value)


def test_asking_for_nobody_takes_as_long_as_asking_for_somebody() -> None:
    def seconds(stored: str | None) -> float:
        best = float("inf")
        for _ in range(3):
            begin = time.perf_counter()
            is_password("another password", stored)
            best = min(best, time.perf_counter() - begin)
        return best

    known, unknown = seconds(HASHED), seconds(None)

    assert 0.5 < unknown / known < 2
