"""E-mails about an account and no request: each stands under a preference, and its button leads to a page for clients."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clients.enums import Preference
from clients.models import Account

if TYPE_CHECKING:  # named in the contract only
    from notifications.models import Notice


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """`page` gives the path of the page that the button leads to.

    With `code` the button is a link of the reader's own, as those about requests are: it opens what has the code that this gives for
    a notice, at `opened(code)`, also for whoever has no login.
    """

    preference: Preference
    page: Callable[[Account], str]
    code: Callable[["Notice"], str] | None = None
    opened: Callable[[str], str] = str


_registered: dict[str, AccountEvent] = {}


def register_account_event(event: str, about: AccountEvent) -> None:
    _registered[event] = about


def get_account_event(event: str) -> AccountEvent:
    return _registered[event]


def account_event_of(notice: "Notice") -> AccountEvent | None:
    """None for what is about a request, or goes whatever anybody's preferences say."""
    if notice.action_id is not None or notice.account_id is None or notice.address_id is None:
        return None
    return _registered.get(notice.event)
