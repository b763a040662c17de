"""Gunicorn's log of requests."""

from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from lib.redaction import without_secrets

ADDRESSES = ("r", "U", "f")  # in gunicorn's words: the request's line, its path, the page it came from


class AccessLog(Logger):  # type: ignore[misc]
    def atoms(self, resp: Any, req: Any, environ: Any, request_time: timedelta) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return {**atoms, **{name: without_secrets(str(atoms[name])) for name in ADDRESSES}}
