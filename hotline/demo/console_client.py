"""A person at the console, as a program: the console's own HTTP API and nothing else."""

from typing import Any

import httpx

from hotline.errors import HotlineError


class ConsoleRefusedError(HotlineError):
    """The console answered with an error."""


class ConsoleClient:
    """One logged-in person."""

    def __init__(self, url: str, code: str, password: str) -> None:
        self.code = code
        self._http = httpx.Client(base_url=f"{url}/api/v1", timeout=10)
        answer = self.post("login", code=code, password=password)
        self._http.headers["X-CSRF-Token"] = answer["csrf"]

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()

    def get(self, path: str) -> Any:
        """GET a resource as JSON."""
        return self._checked(self._http.get(f"/{path}"))

    def post(self, path: str, **body: Any) -> Any:
        """POST an act."""
        return self._checked(self._http.post(f"/{path}", json=body))

    def sound(self, call_id: str, track: str = "mixed") -> bytes:
        """A call's recording."""
        answer = self._http.get(f"/calls/{call_id}/recording", params={"track": track})
        if answer.is_error:
            raise ConsoleRefusedError(f"recording: {answer.status_code}")
        return answer.content

    def _checked(self, answer: httpx.Response) -> Any:
        if answer.is_error:
            raise ConsoleRefusedError(
                f"{answer.request.url.path}: {answer.status_code} {answer.text[:200]}"
            )
        return answer.json() if answer.content else None
