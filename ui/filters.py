"""The filter bar above a list: what is searched and filtered stands in the query string and nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

SEARCH = "q"
PAGE = "page"


@dataclass(frozen=True)
class Filter:
    """Something a list can be narrowed by: its parameter, its name, and each value with its name.

    A day is typed rather than chosen: its only choice is the one that the address names, if that is a day.
    """

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    is_day: bool = False


@dataclass(frozen=True)
class Chip:
    """An active filter, and the address of the list without it."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True)
class FilterField:
    """A filter as the form behind “Add filter” offers it."""

    name: str
    label: str
    value: str
    choices: Sequence[tuple[str, str]]
    is_day: bool = False


@dataclass(frozen=True)
class FilterBar:
    """A filter bar ready to be drawn by ui/filterbar.html; a view narrows its list by `search` and `active`.

    `active` holds only values that a filter offers: an unknown one in the address is passed over.
    """

    search: str
    active: Mapping[str, str]
    chips: Sequence[Chip]
    fields: Sequence[FilterField]
    kept: Sequence[tuple[str, str]]
    clear_url: str
    shown: int | str
    total: int | str
    search_label: str
    search_placeholder: str

    @property
    def narrows(self) -> bool:
        return bool(self.search or self.active)


def filter_bar(
    query: QueryDict,
    filters: Sequence[Filter],
    *,
    shown: int | str = 0,
    total: int | str = 0,
    search_label: str,
    search_placeholder: str = "",
) -> FilterBar:
    """The bar for `query` (`request.GET`): `shown` rows of `total`. Parameters that are not ours, a saved view say, are kept."""
    active = active_filters(query, filters)
    own = {SEARCH, PAGE, *(each.name for each in filters)}
    return FilterBar(
        search=search_of(query),
        active=active,
        chips=[_chip(query, each, active[each.name]) for each in filters if each.name in active],
        fields=[FilterField(each.name, each.label, active.get(each.name, ""), each.choices, each.is_day) for each in filters],
        kept=[(name, value) for name, values in query.lists() if name not in own for value in values],
        clear_url=without(query, *own),
        shown=shown,
        total=total,
        search_label=search_label,
        search_placeholder=search_placeholder or search_label,
    )


def active_filters(query: QueryDict, filters: Sequence[Filter]) -> dict[str, str]:
    """The value of each filter that `query` sets to something the filter offers."""
    chosen = {each.name: query.get(each.name, "") for each in filters}
    offered = {each.name: {value for value, _ in each.choices if value} for each in filters}
    return {name: value for name, value in chosen.items() if value in offered[name]}


def search_of(query: QueryDict) -> str:
    """What is searched for, without the space around it; no database takes the sign NUL."""
    return query.get(SEARCH, "").replace("\0", "").strip()


def without(query: QueryDict, *names: str) -> str:
    """The query string of `query` without these parameters; a lone question mark when nothing is left."""
    rest = query.copy()
    for name in names:
        rest.pop(name, None)
    return f"?{rest.urlencode()}"


def _chip(query: QueryDict, each: Filter, value: str) -> Chip:
    return Chip(each.label, dict(each.choices)[value], without(query, each.name, PAGE))
