"""Columns by which a list can be sorted: `?sort=due`, `?sort=-due` the other way round."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from ui.filters import PAGE, without

SORT = "sort"


@dataclass(frozen=True, slots=True)
class Column:
    """`direction` as aria-sort says it, empty when the list is not sorted by this column; `url` sorts by it, or turns it round."""

    name: str
    direction: str
    url: str


def columns_for(query: QueryDict, names: Iterable[str], *, default: str) -> dict[str, Column]:
    """Exactly one of them has a direction. An unknown column in the address is passed over."""
    names = list(names)
    asked = query.get(SORT, "")
    chosen = asked if asked.removeprefix("-") in names else default
    return {name: _column(query, name, chosen) for name in names}


def _column(query: QueryDict, name: str, chosen: str) -> Column:
    direction = {name: "ascending", f"-{name}": "descending"}.get(chosen, "")
    other_way = f"-{name}" if direction == "ascending" else name
    rest = without(query, SORT, PAGE)
    return Column(name, direction, f"{rest}{'' if rest == '?' else '&'}{SORT}={other_way}")
