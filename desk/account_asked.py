"""What an account's page asks about one of its addresses, in a dialog: to send an invitation, or whether LOGIN is really to go."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from django.http import QueryDict

from access.client_access import is_invitable, successor_of
from access.client_states import PortalState, state_of
from clients.models import Account, Address
from clients.queries import get_use, is_only_login, is_only_signer
from desk.account_contacts import PersonRow
from lib.codes import is_code


class Question(StrEnum):
    """Each is a dialog of its own in `_account_asked.html`."""

    INVITE = "invite"  # LOGIN is on: send the invitation? (C12)
    ONLY_LOGIN = "only_login"  # LOGIN off: nobody could sign in any more (C39)
    NOT_YET = "not_yet"  # LOGIN off at an unlinked address: nobody signs in with the new one yet (C41)
    REMOVE = "remove"  # an address goes in every account, and with it the only login (C39)
    LEAVE = "leave"  # a person is taken out of the account, and with them the only login
    FINISH = "finish"  # an unlinked address goes before the new one is active (C41)
    REFUSED = "refused"  # nothing to answer: LOGIN stays off, and why (B10)


@dataclass(frozen=True, slots=True)
class Asked:
    """`said` is the reason where something was refused; `successor` the address that has taken an unlinked one's place."""

    question: Question
    address: Address
    said: str = ""
    successor: Address | None = None
    notified: bool = False  # whether requests go to the address in this account, invited or not

    @property
    def is_about_going(self) -> bool:
        """Of an address, or of a person; else it is about LOGIN."""
        return self.question in (Question.REMOVE, Question.LEAVE, Question.FINISH)

    @property
    def was_on(self) -> bool:
        """How LOGIN stands, as nothing has been changed."""
        return self.question is not Question.REFUSED


def asked_of_page(query: QueryDict, account: Account, people: Iterable[PersonRow]) -> Asked | None:
    """`?invite=` after LOGIN was switched on, `?off=` before it is, `?remove=` before the address goes: the code of an address.
    `?leave=` before somebody leaves the account: the code of a contact. Anything else asks nothing."""
    invite = query.get("invite", "")
    if invite:
        rows = [row for person in people for row in person.rows if row.use.address.code == invite]
        wanted = [row for row in rows if row.may_be_invited and row.portal is not PortalState.INVITED]
        return Asked(Question.INVITE, wanted[0].use.address, notified=wanted[0].use.notify) if wanted else None
    addresses = Address.objects.filter(firm=account.firm_id, contact__links__account=account).select_related("contact")
    going = (("off", "code", before_login_goes), ("remove", "code", before_address_goes), ("leave", "contact__code", before_person_goes))
    for name, column, question in going:
        if is_code(query.get(name, "")):
            address = addresses.filter(**{column: query[name]}).first()
            return question(account, address) if address else None
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


def before_address_goes(account: Account, address: Address) -> Asked | None:
    """What is asked before an address is taken from its contact: of an unlinked one as before its LOGIN goes."""
    asked = before_login_goes(account, address)
    if asked is None:
        return None
    return replace(asked, question=Question.FINISH if asked.question is Question.NOT_YET else Question.REMOVE)


def before_person_goes(account: Account, address: Address) -> Asked | None:
    """What is asked before whoever has `address` leaves the account."""
    return Asked(Question.LEAVE, address) if is_only_signer(account, address.contact) else None


def after_login_came(account: Account, address: Address) -> Asked | None:
    """The prompt to invite, where somebody can be invited and no invitation is out (C12)."""
    is_out = state_of(address).state is PortalState.INVITED
    if is_out or not is_invitable(address):
        return None
    return Asked(Question.INVITE, address, notified=get_use(account, address).notify)
