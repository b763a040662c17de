"""Writes counts of what may be tried so many times within a while. They are kept in the cache, which is a table: the broker may be gone."""

from django.core.cache import cache
from django.db import connection, transaction

from lib.clock import machine_now

HOUR = 3600


@transaction.atomic
def spend(what: str, of: str, *, most: int, seconds: int = HOUR) -> bool:
    """Counts one try of `what` for `of`; False once there were `most` within the last `seconds`, and then it counts no more.

    However many try at the same time: each counts after the other has.
    """
    key, now = f"{what}:{of}", machine_now().timestamp()
    _hold(key)
    tries = _tries(key, now - seconds)
    if len(tries) >= most:
        return False
    cache.set(key, [*tries, now], seconds)
    return True


def is_spent(what: str, of: str, *, most: int, seconds: int = HOUR) -> bool:
    """Whether the next try would be one too many; counts nothing."""
    return len(_tries(f"{what}:{of}", machine_now().timestamp() - seconds)) >= most


def _hold(key: str) -> None:
    """Until the transaction ends nobody else counts this key: the cache itself cannot read and write in one step."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"relance.throttles.{key}"])


def _tries(key: str, since: float) -> list[float]:
    kept: list[float] = cache.get(key, [])
    return [at for at in kept if at > since]
