"""Single questions to a MongoDB server on this machine, over one plain socket.

A driver's client starts threads and takes 10 to 20 ms to answer "are you there"; every process
asks that at its start, so it is asked here in 1 ms. Only what looks after the embedded server
belongs here; data goes through the driver.
"""

import socket
import struct
from typing import Any, Self

import bson
from bson.errors import BSONError

LOOPBACK = "127.0.0.1"

# OP_MSG of the MongoDB wire protocol: the message header (length, request, response to, opcode),
# the flag bits, and the kind byte of the one section, a BSON document.
_HEADER = struct.Struct("<iiiiIB")
_OP_MSG = 2013
_LONGEST_ANSWER = 48_000_000


class Conversation:
    """An open connection to a server on this machine, for commands to its admin database."""

    def __init__(self, port: int, patience: float) -> None:
        """Connects.

        Args:
            port: The port on 127.0.0.1.
            patience: Seconds to wait for the connection, and for each part of an answer.

        Raises:
            OSError: If nobody accepts the connection in time.
        """
        self._socket = socket.create_connection((LOOPBACK, port), timeout=patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, command: dict[str, Any]) -> dict[str, Any]:
        """The server's answer to a command, be it a refusal: then ``ok`` is 0 and ``code`` is set.

        Raises:
            OSError: If no answer comes in time, or one that no MongoDB server would give.
        """
        document = bson.encode({**command, "$db": "admin"})
        length = _HEADER.size + len(document)
        self._socket.sendall(_HEADER.pack(length, 1, 0, _OP_MSG, 0, 0) + document)
        answer = self._receive(b"", _HEADER.size)
        length, _, _, operation, _, _ = _HEADER.unpack(answer[: _HEADER.size])
        if operation != _OP_MSG or not _HEADER.size < length <= _LONGEST_ANSWER:
            raise ConnectionError("not the answer of a MongoDB server")
        try:
            return bson.decode(self._receive(answer, length)[_HEADER.size :])
        except BSONError:
            raise ConnectionError("not the answer of a MongoDB server") from None

    def _receive(self, received: bytes, length: int) -> bytes:
        while len(received) < length:
            part = self._socket.recv(65536)
            if not part:
                raise ConnectionError("the server closed the connection")
            received += part
        return received
