"""Around every request: security headers, the session's cookie, one log line."""

import time
from http.cookies import SimpleCookie

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent_console.shared.session import COOKIE, SessionKey

#: No inline script or style, nothing from elsewhere, no framing.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}
#: Asked every second by the supervisor: not worth a log line.
QUIET = frozenset({"/healthz"})

log = structlog.get_logger()


class Wire:
    """Pure ASGI, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp, key: SessionKey) -> None:
        self._app = app
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; change the answer's headers; log when it began to be sent."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        scope.setdefault("state", {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(scope, MutableHeaders(scope=message))
                _log(scope, message["status"], time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _dress(self, scope: Scope, headers: MutableHeaders) -> None:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if not scope["path"].startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")
        if scope["scheme"] == "https":
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if "session_cookie" in scope["state"]:
            headers.append("Set-Cookie", self._cookie(scope))

    def _cookie(self, scope: Scope) -> str:
        session = scope["state"]["session_cookie"]
        cookie: SimpleCookie = SimpleCookie()
        cookie[COOKIE] = self._key.seal(session) if session else ""
        part = cookie[COOKIE]
        part["path"], part["httponly"], part["samesite"] = "/", True, "Lax"
        if scope["scheme"] == "https":
            part["secure"] = True
        if session is None:
            part["max-age"] = 0
        return part.OutputString()


def _log(scope: Scope, status: int, seconds: float) -> None:
    """The route's pattern, not the path: no number and no query ends up in a log."""
    if scope["path"] in QUIET:
        return
    person = scope["state"].get("person")
    log.info(
        "request",
        method=scope["method"],
        route=getattr(scope.get("route"), "path", "-"),
        status=status,
        ms=round(seconds * 1000, 1),
        person=person.code if person else None,
    )
