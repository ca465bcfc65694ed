"""What the tests of consents and tokens share."""

from datetime import UTC, datetime

from fitbit_pipeline.sources.google_health.scopes import PREFIX
from fitbit_pipeline.sources.tokens import TokenSet

NOW = datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC)
REDIRECT = "http://127.0.0.1:50000/"
SLEEP = f"{PREFIX}sleep.readonly"
CODE = "4/0AbCdEfGh-SECRET_code"
OLD = TokenSet("SECRET-access-0", "SECRET-refresh-0", NOW, frozenset({SLEEP}))
