"""Ticks visit firms one by one: the trouble of one is its own."""

import logging
from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)


def in_each_firm[Result](firm_ids: Iterable[int], work: Callable[[int], Result]) -> list[Result]:
    """What `work` gave for each firm. Where it raises, the others still have their turn; then all that was raised is raised together."""
    results: list[Result] = []
    raised: list[Exception] = []
    for firm_id in firm_ids:
        try:
            results.append(work(firm_id))
        except Exception as error:  # one firm's poison must not stop the others; nothing is swallowed
            logger.exception("Firm %s", firm_id)
            raised.append(error)
    if raised:
        raise ExceptionGroup("A tick failed in some firms; the others had their turn.", raised)
    return results
