"""Ticks visit firms one by one: the trouble of one is its own."""

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

logger = logging.getLogger(__name__)


def in_each_firm[Result](firm_ids: Iterable[int], work: Callable[[int], Result], *, at_once: int = 1) -> list[Result]:
    """What `work` gave for each firm. Where it raises, the others still have their turn; then all that was raised is raised together.

    `at_once` firms at a time, where it is more than one: each in a thread and on a connection of its own, outside any transaction.
    """
    firms, raised = list(firm_ids), list[Exception]()
    threads = min(at_once, len(firms))
    results = _in_threads(iter(firms), work, raised, threads) if threads > 1 else list(_one_by_one(firms, work, raised))
    if raised:
        raise ExceptionGroup("A tick failed in some firms; the others had their turn.", raised)
    return results


def _one_by_one[Result](waiting: Iterable[int], work: Callable[[int], Result], raised: list[Exception]) -> Iterator[Result]:
    for firm_id in waiting:
        try:
            yield work(firm_id)
        except Exception as error:  # one firm's poison must not stop the others; nothing is swallowed
            logger.exception("Firm %s", firm_id)
            raised.append(error)


def _in_threads[Result](waiting: Iterator[int], work: Callable[[int], Result], raised: list[Exception], threads: int) -> list[Result]:
    """While PostgreSQL works for one thread, another decides; whichever is free takes the next firm."""

    def take_turns() -> list[Result]:
        try:
            return list(_one_by_one(waiting, work, raised))
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        turns = [pool.submit(take_turns) for _ in range(threads)]
        return [result for turn in turns for result in turn.result()]
