"""Counts of what may be tried so many times within a while. They are kept in the cache, which is a table: the broker may be gone."""

import time

from django.core.cache import cache

HOUR = 3600


def spend(what: str, of: str, *, most: int, seconds: int = HOUR) -> bool:
    """Counts one try of `what` for `of`; False once there were `most` within the last `seconds`, and then it counts no more."""
    key, now = f"{what}:{of}", time.time()
    tries = _tries(key, now - seconds)
    if len(tries) >= most:
        return False
    cache.set(key, [*tries, now], seconds)
    return True


def is_spent(what: str, of: str, *, most: int, seconds: int = HOUR) -> bool:
    """Whether the next try would be one too many; counts nothing."""
    return len(_tries(f"{what}:{of}", time.time() - seconds)) >= most


def _tries(key: str, since: float) -> list[float]:
    kept: list[float] = cache.get(key, [])
    return [at for at in kept if at > since]
