"""Where a worker's claims go on in a firm's line.

What was claimed stays in the index of what is ready for as long as anybody holds a snapshot from before, a backup for instance. A claim
that began at the front each time would walk over all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from notifications.models import Notice

FROM_THE_FRONT = timedelta(seconds=30)  # at least so often: what has come behind the place, or was somebody else's for a moment
LEFT = timedelta(seconds=5)  # so long nobody asks again for what earlier tries have left, where there was nothing
ORDER = ("priority", "not_before", "pk")

type Key = tuple[int, datetime, int]  # as `ORDER`


@dataclass(slots=True)
class Place:
    """Of one firm; instants by machine time."""

    after: Key | None = None
    begun_at: datetime | None = None
    nothing_left_at: datetime | None = None

    def may_be_left(self, machine_now: datetime) -> bool:
        return self.nothing_left_at is None or machine_now - self.nothing_left_at >= LEFT

    def left(self, count: int, machine_now: datetime) -> None:
        self.nothing_left_at = None if count else machine_now

    def next_in(self, ready: QuerySet[Notice], most: int, machine_now: datetime) -> list[Notice]:
        """In order; what is more urgent than where it stood comes first. From the front where that is all."""
        after = self.after
        if not most:
            return []
        if after is None or self.begun_at is None or machine_now - self.begun_at >= FROM_THE_FRONT:
            return self._from_the_front(ready, most, machine_now)
        found = list(ready.filter(priority__lt=after[0]).order_by(*ORDER)[:most])
        behind = ready.filter(TupleGreaterThan(Tuple(*map(F, ORDER)), after))
        found += behind.order_by(*ORDER)[: most - len(found)]
        if len(found) < most:
            return self._from_the_front(ready, most, machine_now)
        self._stand_behind(found)
        return found

    def _from_the_front(self, ready: QuerySet[Notice], most: int, machine_now: datetime) -> list[Notice]:
        self.begun_at = machine_now
        found = list(ready.order_by(*ORDER)[:most])
        if len(found) < most:
            self.after = None
        else:
            self._stand_behind(found)
        return found

    def _stand_behind(self, found: Sequence[Notice]) -> None:
        last = found[-1]
        assert last.not_before is not None  # it is ready
        self.after = (last.priority, last.not_before, last.pk)
