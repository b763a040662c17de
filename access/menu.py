"""What the apps above add to the portal's menu: they register in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from clients.models import Account, Contact
from firms.models import Firm

Text = str | Promise


def nothing_new(firm: Firm, account: Account, contact: Contact) -> int:
    return 0


def say_nothing(count: int) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page of the portal. `name` is that of its address; `count` says how much is new there, `counted` what was counted."""

    name: str
    title: Text
    icon: str
    count: Callable[[Firm, Account, Contact], int] = nothing_new
    counted: Callable[[int], str] = say_nothing


_entries: list[MenuEntry] = []


def register_menu(entry: MenuEntry) -> None:
    """Stands after “Done”, in the order of registration."""
    if entry not in _entries:
        _entries.append(entry)


def menu_entries() -> list[MenuEntry]:
    return list(_entries)
