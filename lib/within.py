"""A deadline for what has none of its own, such as the look-up of a name, which nothing else ends."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread


class TooLate(TimeoutError):
    """It goes on in its thread, and nobody hears what comes of it."""


def within[T](seconds: float, call: Callable[[], T]) -> T:
    """What `call` gives or raises, in a thread of its own, so without a connection to the database. Raises `TooLate` after `seconds`.

    Such a thread is left to itself, and keeps no process from ending.
    """
    made = Future[T]()
    Thread(target=_make, args=[call, made], daemon=True, name="within").start()
    try:
        return made.result(seconds)
    except TimeoutError as error:
        if made.done():  # its own, or it came at the last moment
            return made.result()
        raise TooLate("timed out") from error


def _make[T](call: Callable[[], T], made: Future[T]) -> None:
    try:
        made.set_result(call())
    except BaseException as error:  # noqa: BLE001  (raised where it is waited for)
        made.set_exception(error)
