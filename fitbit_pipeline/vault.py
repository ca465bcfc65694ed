"""Encrypts what is secret before it is stored, with keys that are kept outside of the database.

The keys come from the setting ``FITBIT_PIPELINE_KEY``, or from a file that is made on first use.
The first key encrypts, all of them decrypt. They are read for every operation: a process that runs
for weeks follows a rotation at once. What is encrypted and where it is stored is not known here.
"""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from fitbit_pipeline.errors import UserError

SETTING = "FITBIT_PIPELINE_KEY"
LOCK_SECONDS = 60
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Vault:
    """Encrypts and decrypts; its representation shows no key."""

    def __init__(self, key_file: Path, keys: str | None = None):
        """Binds the keys; nothing is read or made yet.

        Args:
            key_file: One key per line; made when something is first encrypted.
            keys: Keys separated by commas, instead of the file.
        """
        self._key_file = key_file
        self._keys = keys

    def __repr__(self) -> str:
        return f"Vault({SETTING if self.from_setting else str(self._key_file)!r})"

    @property
    def from_setting(self) -> bool:
        """Whether the keys come from the setting, and not from the file."""
        return bool(self._keys and self._keys.strip())

    def encrypt(self, plain: bytes) -> bytes:
        """Encrypts with the first key, making one if there is none yet.

        Raises:
            UserError: If the keys cannot be used.
        """
        if not self.from_setting and not self._key_file.exists():
            self._make_key_file()
        return MultiFernet(self._read()).encrypt(plain)

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Decrypts with whichever key fits.

        Raises:
            UserError: If the keys cannot be used, or none fits.
        """
        try:
            return MultiFernet(self._read()).decrypt(ciphertext)
        except InvalidToken:
            raise UserError(
                f"No key in {self._place} decrypts the stored consent: put back the key that it "
                "was encrypted with, as a further key, or connect everybody again."
            ) from None

    def encrypted_with_first_key(self, ciphertext: bytes) -> bool:
        """Whether the first key alone suffices to decrypt.

        Raises:
            UserError: If the keys cannot be used.
        """
        try:
            self._read()[0].decrypt(ciphertext)
        except InvalidToken:
            return False
        return True

    @contextmanager
    def new_key(self) -> Iterator[None]:
        """Lets a new key encrypt inside the block, and drops the older ones when it ends well.

        An error inside, or the end of the process, leaves the new key first and the older ones
        behind it, so that everything can be decrypted and the rotation may be done again. Keys in
        the setting are left alone: who sets them adds and drops them.

        Raises:
            UserError: If the keys cannot be used, or another process changes them now.
        """
        if self.from_setting:
            self._read()
            yield
            return
        with self._locked():
            before = self._texts() if self._key_file.exists() else []
            new = _new_key()
            self._write([new, *before])
            yield
            self._write([new])

    @property
    def _place(self) -> str:
        return SETTING if self.from_setting else str(self._key_file)

    def _read(self) -> list[Fernet]:
        texts = self._texts()
        try:
            keys = [Fernet(text) for text in texts]
        except ValueError:
            keys = []
        if not keys:
            raise UserError(
                f"{self._place} holds something else than keys: a key is 32 random bytes in "
                "url-safe base64, 44 characters long."
            )
        return keys

    def _texts(self) -> list[str]:
        if self._keys and self._keys.strip():
            return [text.strip() for text in self._keys.split(",") if text.strip()]
        try:
            with self._key_file.open(encoding="ascii") as opened:
                # Windows keeps no such bits, and protects the user's folder as a whole.
                if os.name == "posix" and os.fstat(opened.fileno()).st_mode & OTHERS:
                    raise UserError(
                        f"The key file {self._key_file} can be read by others: protect it with "
                        f"chmod 600 {self._key_file}"
                    )
                return opened.read().split()
        except FileNotFoundError:
            raise UserError(
                f"The key file {self._key_file} is not there: put it back from your backup, or "
                "connect everybody again."
            ) from None
        except UnicodeDecodeError:
            return []
        except OSError as error:
            raise UserError(
                f"The key file {self._key_file} cannot be read ({error.strerror}): make it "
                "readable for the user who runs this."
            ) from None

    def _make_key_file(self) -> None:
        with self._locked():
            if not self._key_file.exists():
                self._write([_new_key()])

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._key_file.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(f"{self._key_file}.lock", timeout=LOCK_SECONDS)
        try:
            lock.acquire()
        except filelock.Timeout:
            raise UserError(
                f"Another process is changing {self._key_file}: wait until it has ended, and try "
                "again."
            ) from None
        try:
            yield
        finally:
            lock.release()

    def _write(self, texts: list[str]) -> None:
        """Replaces the file whole: a reader sees the old keys or the new ones."""
        folder = self._key_file.parent
        # Made with mode 0600.
        handle, name = tempfile.mkstemp(dir=folder, prefix=f"{self._key_file.name}.")
        made = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as opened:
                opened.write("".join(f"{text}\n" for text in texts))
                opened.flush()
                os.fsync(opened.fileno())
            made.replace(self._key_file)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
        if os.name == "posix":
            directory = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)


def _new_key() -> str:
    return Fernet.generate_key().decode("ascii")
