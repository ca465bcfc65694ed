"""A small OpenID Connect provider on this machine: a page on which one chooses who one is.

It speaks what a dashboard needs of the protocol: discovery, consent, tokens signed by a key of its
own, and the key. It is as strict about the client, the redirect address and PKCE as real ones are.
"""

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID = "the-dashboard"
CLIENT_SECRET = "a-secret-between-the-two"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody with an account.

    Attributes:
        email: The address that it states.
        verified: What it states about the address: whether the person was seen to read its mail.
    """

    email: str
    verified: Any = True


@dataclass(slots=True)
class Provider:
    """The provider.

    Attributes:
        accounts: Who can sign in.
        redirect_uri: Where the one client may have people sent back.
        issuer: Its address, once it is served.
    """

    accounts: list[Account]
    redirect_uri: str
    issuer: str = ""
    _key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "only"}))
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def discovery(self, _request: Request) -> Response:
        """Where everything is."""
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/end",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    def authorize(self, request: Request) -> Response:
        """A page with a link for each account, and one for who changes their mind."""
        asked = dict(request.query_params)
        right = {
            "client_id": CLIENT_ID,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "code_challenge_method": "S256",
        }
        wrong = [name for name, value in right.items() if asked.get(name) != value]
        if wrong or not {"state", "nonce", "code_challenge"} <= asked.keys():
            return Response(f"Refused: {wrong}", status_code=400)
        links = [
            f'<p><a href="/consent?{urlencode({**asked, "account": each.email})}">{each.email}</a>'
            for each in self.accounts
        ]
        declined = urlencode({"error": "access_denied", "state": asked["state"]})
        links.append(f'<p><a href="{self.redirect_uri}?{declined}">Cancel</a>')
        return HTMLResponse(f"<title>Accounts</title>{''.join(links)}")

    def consent(self, request: Request) -> Response:
        """Sends the person back with a code."""
        asked = dict(request.query_params)
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        answer = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{self.redirect_uri}?{answer}", status_code=302)

    async def token(self, request: Request) -> Response:
        """Tokens for a code, once."""
        form = {name: value[0] for name, value in parse_qs((await request.body()).decode()).items()}
        login = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self._codes.pop(form.get("code", ""), None)
        if request.headers.get("authorization") != f"Basic {login}" or asked is None:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != asked["code_challenge"] or form.get("redirect_uri") != self.redirect_uri:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        return JSONResponse(
            {
                "access_token": secrets.token_urlsafe(),
                "token_type": "Bearer",
                "expires_in": 600,
                "id_token": self._id_token(asked),
            }
        )

    def jwks(self, _request: Request) -> Response:
        """The public key."""
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    def end(self, request: Request) -> Response:
        """Ends the session here, of which there is none, and sends the person back."""
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], status_code=302)

    def _id_token(self, asked: dict[str, str]) -> str:
        account = next(each for each in self.accounts if each.email == asked["account"])
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": hashlib.sha256(account.email.encode()).hexdigest(),
            "iat": now,
            "exp": now + 600,
            "nonce": asked["nonce"],
            "email": account.email,
            "email_verified": account.verified,
        }
        return jwt.encode({"alg": "RS256", "kid": "only"}, claims, self._key)


@contextmanager
def served(provider: Provider) -> Iterator[Provider]:
    """Serves a provider until the block ends; its ``issuer`` says where."""
    listening = socket.create_server(("127.0.0.1", 0))
    provider.issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
    routes = [
        Route("/.well-known/openid-configuration", provider.discovery),
        Route("/authorize", provider.authorize),
        Route("/consent", provider.consent),
        Route("/token", provider.token, methods=["POST"]),
        Route("/jwks", provider.jwks),
        Route("/end", provider.end),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes),
        log_config=None,
        log_level="error",
        lifespan="off",
        ws="none",
        loop="asyncio",
        http="h11",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        yield provider
    finally:
        server.should_exit = True
        thread.join(5)
        listening.close()
