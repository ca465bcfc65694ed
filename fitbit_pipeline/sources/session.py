"""The connections of a live source: one pool for all participants, which can ask again by itself.

Everything that is sent only reads, so every request may be repeated. What does not belong here:
where tokens come from, and what an answer means (a source's ``client`` and ``failures``).
"""

import re
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse, Retry
from urllib3.exceptions import InvalidHeader

ASKED_AGAIN = frozenset({429, 500, 502, 503, 504})
USER_AGENT = "fitbit-pipeline (gzip)"
"""Google's services compress what they send only to programs that name gzip here as well."""


class _Patient(Retry):
    """As the library's, but what cannot be read in Retry-After is taken as not said."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        try:
            return super().get_retry_after(response)
        except InvalidHeader:
            return None


def pooled_session(
    at_once: int,
    *,
    retries: int = 4,
    backoff_seconds: float = 1.0,
    longest_backoff_seconds: float = 30.0,
    longest_retry_after_seconds: int = 60,
) -> requests.Session:
    """A session that many threads share; cookies are never kept.

    A request is asked again where the service says that it failed or was asked too often, and
    where the connection fails before the answer begins. The last answer is handed on as it is.

    Args:
        at_once: How many requests are under way at the same time.
        retries: How often one request is asked again; none for a source that counts its requests
            and so asks again itself.
        backoff_seconds: The base of the exponential backoff; as much is added by chance.
        longest_backoff_seconds: Where the backoff stops growing.
        longest_retry_after_seconds: The longest wait that a ``Retry-After`` can cause.
    """
    retry = _Patient(
        total=retries,
        redirect=False,
        allowed_methods=frozenset({"GET", "POST"}),
        status_forcelist=ASKED_AGAIN,
        backoff_factor=backoff_seconds,
        backoff_max=longest_backoff_seconds,
        backoff_jitter=backoff_seconds,
        retry_after_max=longest_retry_after_seconds,
        raise_on_status=False,
        raise_on_redirect=False,
    )
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = USER_AGENT
    adapter = HTTPAdapter(max_retries=retry, pool_maxsize=at_once)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


_TOKEN = re.compile(r"[\x21-\x7e]+")


class Bearer(requests.auth.AuthBase):
    """Says who asks; given as ``auth``, else a .netrc file of the machine would take its place."""

    def __init__(self, token: str):
        """Keeps the access token for one request."""
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the token.

        Raises:
            requests.exceptions.InvalidHeader: If it is none; what sends the request would raise an
                error that quotes it.
        """
        if not _TOKEN.fullmatch(self._token):
            raise requests.exceptions.InvalidHeader("The access token is none: it is not sent.")
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Given as ``auth``, keeps a .netrc file of the machine from adding who asks."""
    return request
