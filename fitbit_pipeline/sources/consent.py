"""A consent under way, whichever service is asked: its answer, and the code in it.

How the address is made and what the code buys stands with the service.
"""

import re
import secrets
from abc import ABC, abstractmethod
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from fitbit_pipeline.errors import UserError


class ConsentDeclined(UserError):
    """The service says that there is no consent, and waiting for another answer is in vain."""


class ConsentUnderWay(ABC):
    """One person's consent, from the address that they open to the code in its answer.

    Attributes:
        address: What they open.
        code_form: What a bare code looks like.
        tail: What the service puts behind every address to which it sends people back.
    """

    address: str
    code_form: ClassVar[re.Pattern[str]]
    tail: ClassVar[str] = ""
    _state: str

    def is_answer(self, address: str) -> bool:
        """Whether an address is an answer to this consent, and to no other: by its state."""
        said = _query(address).get("state", [""])[0]
        return secrets.compare_digest(said.encode(), self._state.encode())

    def code_of(self, answer: str) -> str:
        """The code in an answer: the address to which the person was sent, or the bare code.

        Raises:
            ConsentDeclined: If the person declined, or the service did.
            UserError: If the answer belongs to another consent or to none.
        """
        answer = answer.strip().removesuffix(self.tail)
        if "=" not in answer and "://" not in answer:
            if not self.code_form.fullmatch(answer):
                raise UserError(
                    "This is neither an address nor a code: copy the whole address from the "
                    "browser's address bar after the last page of the consent."
                )
            return parse_qs(f"code={answer}")["code"][0]
        if not self.is_answer(answer):
            raise UserError(
                "This answer belongs to another consent than the one that was just asked for: "
                "open the address that was printed last, and copy the one at which it ends."
            )
        said = _query(answer)
        if "error" in said:
            raise self._declined(said["error"][0])
        if "code" not in said:
            raise UserError(
                "The address holds no code: go on to the last page of the consent, and copy its "
                "whole address."
            )
        return said["code"][0]

    @abstractmethod
    def _declined(self, error: str) -> ConsentDeclined:
        """What an error in the answer means."""


def _query(address: str) -> dict[str, list[str]]:
    try:
        return parse_qs(urlsplit(address).query)
    except ValueError:
        return {}
