"""What staff are told where an address cannot become a login (B10, B11), and how often: nobody is to find out who signs in elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from firms.errors import LoginInUse
from firms.models import Firm
from lib.throttles import is_spent, spend

REFUSED, REFUSALS_AN_HOUR = "login_refused", 20


class LoginRefused(Exception):
    """LOGIN was not switched on; its text says to signed-in staff why, and what to do."""


@contextmanager
def explaining_refusals(firm: Firm, email: str, *, new_login: bool) -> Iterator[None]:
    """Around a write that may raise `LoginInUse`: raises `LoginRefused` in its place, and counts.

    Where `new_login` is about to be tried and the firm was refused too often within the hour, nothing is tried at all.
    """
    of = str(firm.pk)
    if new_login and is_spent(REFUSED, of, most=REFUSALS_AN_HOUR):
        raise LoginRefused(too_many())
    try:
        yield
    except LoginInUse:
        counted = spend(REFUSED, of, most=REFUSALS_AN_HOUR)
        raise LoginRefused(signs_in_elsewhere(email) if counted else too_many()) from None


def count_refusal(firm: Firm) -> bool:
    """Counts an address of which staff are about to be told that it signs in elsewhere; False where they may be told of no more."""
    return spend(REFUSED, str(firm.pk), most=REFUSALS_AN_HOUR)


def signs_in_elsewhere(email: str) -> str:
    """One sentence for every such address: whether it is another firm's, which, or one's own colleague's, is not said."""
    said = _(
        "%(email)s signs in elsewhere already, with another accountant or as staff. For security an address can be active in one place "
        "only. Take another address, or an alias of the same mailbox, for example %(alias)s: it counts as another address."
    )
    return said % {"email": email, "alias": alias_of(email)}


def alias_of(email: str) -> str:
    """`nadia+firm@client.example`: mail for it arrives in the same mailbox."""
    name, _at, host = email.partition("@")
    word = pgettext("after the + of an e-mail alias", "firm")
    return f"{name.partition('+')[0]}+{word}@{host}"


def too_many() -> str:
    return _(
        "Too many addresses were refused within an hour. LOGIN can be switched on for new addresses again in an hour; "
        "everything else goes on."
    )
