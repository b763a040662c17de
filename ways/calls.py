"""Calls of a provider's library that end at a deadline, whatever the provider does: an answer byte by byte would keep a worker for good.

The libraries' time-outs hold for each read. So a call is made in a thread of its own, and at the deadline its line is cut.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Lock, local
from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from lib.within import within

_here = local()


class LineCut(OSError):
    """The deadline of the call has passed: nothing more of it leaves."""


class Call:
    """From the look-up of the name to the last byte of the answer. `said`: something of it has left, or may have."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.line: socket.socket | None = None
        self.said = self.over = False

    def within[T](self, seconds: float, make: Callable[[], T]) -> T:
        """What `make` gives or raises. Raises `lib.within.TooLate`, and then what has not been said never is."""
        try:
            return within(seconds, partial(self._made_here, make))
        finally:
            if not self.over:
                self.cut()

    def _made_here[T](self, make: Callable[[], T]) -> T:
        _here.call = self
        try:
            return make()
        finally:
            self.over = True

    def speaks_on(self, line: socket.socket | None) -> None:
        """Just before anything is said. Raises `LineCut`."""
        with self.lock:
            if self.over:
                raise LineCut("timed out")
            self.line, self.said = line, True

    def cut(self) -> None:
        """Also while the other thread reads."""
        with self.lock:
            self.over = True
        if self.line is not None:
            with suppress(OSError, TypeError):  # TLS inside a proxy's TLS is no socket: there the reader's own time-out ends it
                socket.socket.shutdown(self.line, socket.SHUT_RDWR)  # TLS has its own, which is not for two threads


class Watched(HTTPConnection):
    """Whose line the call in this thread knows."""

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        call: Call | None = getattr(_here, "call", None)
        if call:
            call.speaks_on(self.sock)
        super().send(data)


class WatchedTls(Watched, HTTPSConnection):
    """TLS from the start."""


class Pool(HTTPConnectionPool):
    ConnectionCls = Watched


class TlsPool(HTTPSConnectionPool):
    ConnectionCls = WatchedTls


class Adapter(HTTPAdapter):
    """Also through a proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": TlsPool}

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = {"http": Pool, "https": TlsPool}
        return manager


def watch(backend: Any) -> bool:
    """Makes the lines of an Anymail backend that has been opened known to its calls; False where it is none that we know how to."""
    session, client = getattr(backend, "session", None), getattr(backend, "client", None)
    if isinstance(session, Session):
        session.mount("http://", Adapter())
        session.mount("https://", Adapter())
        return True
    return _watch_amazon(client)


def _watch_amazon(client: Any) -> bool:
    """boto3 has no door for it: its own pools stay, with connections that are watched."""
    http = getattr(getattr(client, "_endpoint", None), "http_session", None)
    pools: dict[str, Any] | None = getattr(http, "_pool_classes_by_scheme", None)
    if pools is None:
        return False
    for scheme, pool in list(pools.items()):
        connection = type("Watched", (Watched, pool.ConnectionCls), {})
        pools[scheme] = type("Pool", (pool,), {"ConnectionCls": connection})
    return True
