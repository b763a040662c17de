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


class Rounds[Turn]:
    """Firms take turns for as long as any of them had something to do; who they are is asked anew each round.

    `work` gives what a firm's turn consists of, None where there is nothing to do; iterating gives these. One in which it raises has no
    further turn, nor one whose turn is taken `by_itself` and raises then; `raise_all` raises together in the end what was raised.
    """

    def __init__(self, firm_ids: Callable[[], Iterable[int]], work: Callable[[int], Turn | None]) -> None:
        self.firm_ids = firm_ids
        self.work = work
        self.raised: dict[int, Exception] = {}

    def __iter__(self) -> Iterator[Turn]:
        moved = True
        while moved:
            moved = False
            for firm_id in self.firm_ids():
                turn = self.by_itself(firm_id, self.work)
                if turn is not None:
                    moved = True
                    yield turn

    def by_itself[Result](self, firm_id: int, work: Callable[[int], Result]) -> Result | None:
        """What `work` gave; None where the firm is in trouble."""
        if firm_id in self.raised:
            return None
        try:
            return work(firm_id)
        except Exception as error:  # as above
            logger.exception("Firm %s", firm_id)
            self.raised[firm_id] = error
            return None

    def raise_all(self) -> None:
        if self.raised:
            raise ExceptionGroup("A tick failed in some firms; the others had their turns.", list(self.raised.values()))
