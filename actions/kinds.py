"""What can be asked of a client: each kind registers once, in its `AppConfig.ready()`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from actions.stops import Stop
from clients.enums import Preference
from firms.enums import Verb

if TYPE_CHECKING:  # the contract names these types; importing them would turn the arrow round
    from actions.models import Action

Text = str | Promise
Row = Mapping[str, str]  # a line of an e-mail: raw values of its placeholders, by their names


@dataclass(frozen=True, slots=True)
class Policy:
    """When and how often is reminded: `every_days` days apart, `at_most` times."""

    every_days: int = 3
    at_most: int = 1


@dataclass(frozen=True, slots=True)
class Description:
    """An action in its kind's own words, as lists and pages show it: `colour` as in docs/ui.md.

    `progress` is how far an open one has come, in the client's own list: “3 of 8 done”.
    """

    state: Text
    colour: str
    progress: Text = ""


def no_rows(actions: Sequence["Action"]) -> Mapping[int, Sequence[Row]]:
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of action. `staff_view` and `client_view` are view callables `(request, action)`; e-mail events are names."""

    key: str
    noun: Text
    nouns: Text
    icon: str
    preference: Preference
    requested_event: str
    reminder_event: str
    describe: Callable[["Action"], Description]
    staff_view: Callable[[HttpRequest, "Action"], HttpResponse]
    client_view: Callable[..., HttpResponse]
    to_do: Text  # in the client's list, before the day: “To sign, expected by 30 October”
    act: Text  # on the client's button: “Read and sign”
    default_policy: Policy = Policy()
    done: Stop = Stop.DONE  # why nobody is reminded once the client has done it
    done_verb: Verb = Verb.ACTION_DONE  # what whoever did it is said to have done
    done_by_party: Verb = Verb.ACTION_DONE_BY_PARTY  # and one of several who must act
    describe_all: Callable[[Sequence["Action"]], Mapping[int, Description]] | None = None  # of a page of them, where each asks the database
    email_rows: Callable[[Sequence["Action"]], Mapping[int, Sequence[Row]]] = no_rows  # lines of the e-mails about them, by action id


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Raises `ValueError` when the key is taken by another kind."""
    if _kinds.setdefault(kind.key, kind) is not kind:
        raise ValueError(f"Two kinds are called {kind.key!r}.")


def get_kind(key: str) -> Kind:
    return _kinds[key]


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def rows_by_action(actions: Iterable["Action"]) -> dict[int, Sequence[Row]]:
    """The lines of the e-mails about these actions, in a constant number of queries for each kind."""
    found: dict[int, Sequence[Row]] = {}
    for key, alike in _by_kind(actions).items():
        found |= get_kind(key).email_rows(alike)
    return found


def descriptions_of(actions: Iterable["Action"]) -> dict[int, Description]:
    """By action id, in at most one query for each kind, however many actions there are."""
    found: dict[int, Description] = {}
    for key, alike in _by_kind(actions).items():
        kind = get_kind(key)
        found |= kind.describe_all(alike) if kind.describe_all else {action.pk: kind.describe(action) for action in alike}
    return found


def _by_kind(actions: Iterable["Action"]) -> dict[str, list["Action"]]:
    found: dict[str, list[Action]] = {}
    for action in actions:
        found.setdefault(action.kind, []).append(action)
    return found
