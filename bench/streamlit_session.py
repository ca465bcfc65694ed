"""A browser's half of Streamlit's protocol, without the browser: runs a page, weighs the answer.

Messages that the server need not send again are kept and named to it as a browser does it, so the
bytes counted are those that go over the wire.
"""

import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

MOST_SECONDS = 120


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """One run of the script.

    Attributes:
        seconds: From asking for it to being told that it has finished.
        sent_bytes: All that the server sent until then.
        charts: How many charts the page has.
    """

    seconds: float
    sent_bytes: int
    charts: int


@dataclass(slots=True)
class Session:
    """One tab of a browser.

    Attributes:
        port: Of the dashboard on this machine.
        page: The page's name in the address; empty for the first.
    """

    port: int
    page: str
    _connection: ClientConnection = field(init=False)
    _page_hash: str = ""
    _address: str = ""
    _kept: dict[str, int] = field(default_factory=dict)
    _charts: set[str] = field(default_factory=set)
    _most_age: int = 0
    _runs: int = 0

    def __enter__(self) -> Self:
        self._connection = connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def clear_cache(self) -> None:
        """Lets the server forget all answers, as its menu's *Clear cache* does."""
        self._connection.send(BackMsg(clear_cache=True).SerializeToString())

    def run(self, address: str | None = None) -> ScriptRun:
        """Runs the page.

        Args:
            address: What follows the question mark; by default what the page has made of it.

        Raises:
            RuntimeError: If the page shows an error instead.
        """
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string = self._address if address is None else address
        state.page_name, state.page_script_hash = self.page, self._page_hash
        state.cached_message_hashes.extend(self._kept)
        message = asked.SerializeToString()
        begun = time.perf_counter()
        self._connection.send(message)
        received: list[bytes] = []
        parsed: list[ForwardMsg] = []
        while not parsed or not _finished(parsed[-1]):
            answer = self._connection.recv(timeout=MOST_SECONDS)
            assert isinstance(answer, bytes)
            received.append(answer)
            parsed.append(ForwardMsg.FromString(answer))
        seconds = time.perf_counter() - begun
        self._runs += 1
        charts = sum(self._take(each) for each in parsed)
        return ScriptRun(seconds, sum(map(len, received)), charts)

    def _take(self, message: ForwardMsg) -> bool:
        """Keeps what a browser keeps; True if the message is a chart."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._most_age = message.new_session.config.max_cached_message_age
            self._kept = {
                key: run for key, run in self._kept.items() if self._runs - run <= self._most_age
            }
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._address = message.page_info_changed.query_string
        elif kind == "ref_hash":
            self._kept[message.ref_hash] = self._runs
            return message.ref_hash in self._charts
        if kind != "delta" or message.delta.WhichOneof("type") != "new_element":
            return False
        if message.metadata.cacheable:
            self._kept[message.hash] = self._runs
        element = message.delta.new_element
        shown = element.WhichOneof("type")
        if shown == "exception" or (
            shown == "alert" and element.alert.format == Alert.Format.ERROR
        ):
            said = element.exception.message or element.alert.body
            raise RuntimeError(f"The page {self.page or 'overview'} shows an error: {said}")
        if shown == "vega_lite_chart":
            self._charts.add(message.hash)
        return shown == "vega_lite_chart"


def _finished(message: ForwardMsg) -> bool:
    return (
        message.WhichOneof("type") == "script_finished"
        and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
    )
