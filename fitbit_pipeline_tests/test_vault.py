"""The vault: what is secret can be read with its key alone, and a rotation may stop anywhere."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.vault import Vault

PLAIN = b"SECRET-refresh-token"


def _key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "key"


def test_the_key_file_is_made_on_first_use_for_its_owner_alone(key_file: Path) -> None:
    vault = Vault(key_file)
    assert not key_file.exists()

    ciphertext = vault.encrypt(PLAIN)

    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert PLAIN not in ciphertext
    assert Vault(key_file).decrypt(ciphertext) == PLAIN


def test_looking_something_up_makes_no_key(key_file: Path) -> None:
    """Else a lost key file would be replaced in silence by one that fits nothing."""
    with pytest.raises(UserError, match="is not there: put it back from your backup"):
        Vault(key_file).decrypt(b"whatever")

    assert not key_file.exists()


def test_many_first_uses_at_once_make_one_key(key_file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: Vault(key_file).encrypt(PLAIN), range(16)))

    assert len(key_file.read_text().split()) == 1
    assert {Vault(key_file).decrypt(each) for each in made} == {PLAIN}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o666])
def test_a_key_file_that_others_can_read_is_refused(key_file: Path, mode: int) -> None:
    ciphertext = Vault(key_file).encrypt(PLAIN)
    key_file.chmod(mode)

    with pytest.raises(UserError, match=r"can be read by others: protect it with chmod 600"):
        Vault(key_file).decrypt(ciphertext)


def test_the_wrong_key_is_told_with_what_to_do(key_file: Path) -> None:
    ciphertext = Vault(key_file).encrypt(PLAIN)

    with pytest.raises(UserError) as told:
        Vault(key_file, _key()).decrypt(ciphertext)

    assert str(told.value) == (
        "No key in FITBIT_PIPELINE_KEY decrypts the stored consent: put back the key that it was "
        "encrypted with, as a further key, or connect everybody again."
    )


@pytest.mark.parametrize("text", ["", "\n", "not a key", "c2hvcnQ=", "ключ", "key,key"])
def test_a_file_without_keys_is_told_without_quoting_it(key_file: Path, text: str) -> None:
    key_file.parent.mkdir()
    key_file.write_text(text, encoding="utf-8")
    key_file.chmod(0o600)

    with pytest.raises(UserError, match="holds something else than keys") as told:
        Vault(key_file).encrypt(PLAIN)

    assert "c2hvcnQ" not in str(told.value)


def test_keys_of_the_setting_stand_in_for_the_file(key_file: Path) -> None:
    first, second = _key(), _key()
    old = Vault(key_file, second).encrypt(PLAIN)
    vault = Vault(key_file, f" {first} , {second}\n")

    new = vault.encrypt(PLAIN)

    assert vault.decrypt(old) == vault.decrypt(new) == PLAIN
    assert vault.encrypted_with_first_key(new)
    assert not vault.encrypted_with_first_key(old)
    assert not key_file.exists()


def test_an_empty_setting_means_the_file(key_file: Path) -> None:
    ciphertext = Vault(key_file, " ").encrypt(PLAIN)

    assert Vault(key_file).decrypt(ciphertext) == PLAIN


def test_a_new_key_encrypts_at_once_also_for_who_opened_the_vault_before(key_file: Path) -> None:
    """A daemon that runs for weeks must not go on with a key that is about to be dropped."""
    daemon = Vault(key_file)
    old = daemon.encrypt(PLAIN)
    rotating = Vault(key_file)

    with rotating.new_key():
        during = daemon.encrypt(PLAIN)
        assert daemon.decrypt(old) == PLAIN

    assert daemon.decrypt(during) == PLAIN
    assert len(key_file.read_text().split()) == 1
    with pytest.raises(UserError, match="No key in"):
        daemon.decrypt(old)


def test_a_rotation_that_breaks_keeps_every_key(key_file: Path) -> None:
    vault = Vault(key_file)
    old = vault.encrypt(PLAIN)

    with pytest.raises(KeyboardInterrupt), vault.new_key():
        raise KeyboardInterrupt

    assert vault.decrypt(old) == PLAIN
    assert len(key_file.read_text().split()) == 2
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_no_half_written_key_is_left_behind(key_file: Path) -> None:
    vault = Vault(key_file)
    vault.encrypt(PLAIN)

    with vault.new_key():
        pass

    assert {path.name for path in key_file.parent.iterdir()} == {"key", "key.lock"}


def test_the_representation_shows_no_key(key_file: Path) -> None:
    key = _key()

    assert key not in repr(Vault(key_file, key))
    assert repr(Vault(key_file)) == f"Vault('{key_file}')"
