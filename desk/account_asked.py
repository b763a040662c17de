"""What an account's page asks about one of its addresses, in a dialog: to send an invitation, or whether LOGIN is really to go."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.http import QueryDict

from access.client_access import is_invitable, successor_of
from access.client_states import PortalState, state_of
from clients.models import Account, Address
from clients.queries import get_use, is_only_login
from desk.account_contacts import PersonRow


class Question(StrEnum):
    """Each is a dialog of its own in `_account_asked.html`."""

    INVITE = "invite"  # LOGIN is on: send the invitation? (C12)
    ONLY_LOGIN = "only_login"  # LOGIN off: nobody could sign in any more (C39)
    NOT_YET = "not_yet"  # LOGIN off at an unlinked address: nobody signs in with the new one yet (C41)
    REFUSED = "refused"  # nothing to answer: LOGIN stays off, and why (B10)


@dataclass(frozen=True, slots=True)
class Asked:
    """`said` is the reason where something was refused; `successor` the address that has taken an unlinked one's place."""

    question: Question
    address: Address
    said: str = ""
    successor: Address | None = None

    @property
    def was_on(self) -> bool:
        """How LOGIN stands, as nothing has been changed."""
        return self.question is not Question.REFUSED


def asked_of_page(query: QueryDict, account: Account, people: Iterable[PersonRow]) -> Asked | None:
    """`?invite=` after LOGIN was switched on, `?off=` before it is switched off: the code of an address. Anything else asks nothing."""
    invite, off = query.get("invite", ""), query.get("off", "")
    if invite:
        rows = [row for person in people for row in person.rows if row.use.address.code == invite]
        wanted = [row for row in rows if row.may_be_invited and row.portal is not PortalState.INVITED]
        return Asked(Question.INVITE, wanted[0].use.address) if wanted else None
    if off.isalnum():
        address = Address.objects.filter(firm=account.firm_id, contact__links__account=account, code=off).select_related("contact").first()
        return before_login_goes(account, address) if address else None
    return None


def before_login_goes(account: Account, address: Address) -> Asked | None:
    """What is asked before LOGIN is switched off here; nothing where it is off, or where nobody loses their way in."""
    if not get_use(account, address).login:
        return None
    if address.unlinked_at is not None:
        new = successor_of(address)
        if new is None or state_of(new).state is not PortalState.ACTIVE:
            return Asked(Question.NOT_YET, address, successor=new)
    return Asked(Question.ONLY_LOGIN, address) if is_only_login(account, address) else None


def after_login_came(address: Address) -> Asked | None:
    """The prompt to invite, where somebody can be invited and no invitation is out (C12)."""
    is_out = state_of(address).state is PortalState.INVITED
    return None if is_out or not is_invitable(address) else Asked(Question.INVITE, address)
