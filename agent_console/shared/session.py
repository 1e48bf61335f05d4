"""The session: a signed cookie that says who, since when, last seen when, and a nonce."""

import hmac
import secrets
from dataclasses import asdict, dataclass, replace
from hashlib import sha256

from itsdangerous import BadSignature, URLSafeSerializer

#: Name of the cookie.
COOKIE = "hl_session"
#: Seconds after which a session has ended, however busy (one long shift).
LONGEST = 12 * 3600
#: Seconds without a request after which it has ended, unless a seat is taken.
IDLE = 30 * 60
#: Seconds between two renewals of "last seen".
RENEW_AFTER = 60


@dataclass(frozen=True)
class Session:
    """One log-in. ``code`` is empty before it: the log-in form needs a token of its own."""

    code: str
    issued: float
    seen: float
    nonce: str

    def seen_at(self, now: float) -> "Session":
        """The same, last seen now."""
        return replace(self, seen=now)


def new_session(code: str, now: float) -> Session:
    """A session that begins now."""
    return Session(code, now, now, secrets.token_urlsafe(18))


class SessionKey:
    """Seals and opens session cookies with the installation's secret."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeSerializer(secret, salt="hotline.session")
        self._secret = secret.encode()

    def seal(self, session: Session) -> str:
        """The cookie's value."""
        return self._serializer.dumps(asdict(session))

    def open(self, value: str | None) -> Session | None:
        """The session in a cookie; None when there is none of ours."""
        if value is None:
            return None
        try:
            return Session(**self._serializer.loads(value))
        except (BadSignature, TypeError):
            return None

    def csrf(self, session: Session) -> str:
        """The token that every write in this session carries."""
        return hmac.new(self._secret, f"csrf {session.nonce}".encode(), sha256).hexdigest()

    def is_csrf(self, session: Session, token: str) -> bool:
        """Whether ``token`` is this session's."""
        return hmac.compare_digest(self.csrf(session).encode(), token.encode())
