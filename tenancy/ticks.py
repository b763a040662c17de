"""Ticks visit firms one by one: the trouble of one is its own."""

import logging
from collections.abc import Callable, Iterable, Iterator

logger = logging.getLogger(__name__)


def in_each_firm[Result](firm_ids: Iterable[int], work: Callable[[int], Result]) -> list[Result]:
    """What `work` gave for each firm; see `each_by_itself`."""
    return each_by_itself("Firm", firm_ids, work)


def each_by_itself[Result](what: str, ids: Iterable[int], work: Callable[[int], Result]) -> list[Result]:
    """What `work` gave for each. Where it raises, the others still have their turn; then all that was raised is raised together."""
    raised = list[Exception]()
    results = list(_one_by_one(what, ids, work, raised))
    if raised:
        raise ExceptionGroup(f"A tick failed for some ({what.lower()}); the others had their turn.", raised)
    return results


def _one_by_one[Result](what: str, waiting: Iterable[int], work: Callable[[int], Result], raised: list[Exception]) -> Iterator[Result]:
    for each in waiting:
        try:
            yield work(each)
        except Exception as error:  # one's poison must not stop the others; nothing is swallowed
            logger.exception("%s %s", what, each)
            raised.append(error)


def in_rounds(firm_ids: Callable[[], Iterable[int]], work: Callable[[int], bool]) -> None:
    """Firms take turns for as long as any of them had something to do, which `work` says; who they are is asked anew each round.

    One in which it raises has no further turn; in the end all that was raised is raised together.
    """
    raised: dict[int, Exception] = {}
    moved = True
    while moved:
        moved = False
        for firm_id in firm_ids():
            if firm_id not in raised:
                try:
                    moved = work(firm_id) or moved
                except Exception as error:  # as above
                    logger.exception("Firm %s", firm_id)
                    raised[firm_id] = error
    if raised:
        raise ExceptionGroup("A tick failed in some firms; the others had their turns.", list(raised.values()))
