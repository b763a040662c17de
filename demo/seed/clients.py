"""Makes the accounts of a firm, the people behind them, and the logins of those who sign in."""

from collections.abc import Sequence
from datetime import date, datetime

from clients.addresses import add_address, change_preferences, change_switches
from clients.inputs import KnownPerson, NewPerson, Switches
from clients.models import Account, Address, Contact
from clients.names import email_key
from clients.people import add_contact_with_address, link_contact
from clients.services import create_account
from demo.seed.specs import ClientAccount, Person
from firms.actors import Actor
from firms.enums import Role, Side
from firms.models import Firm, Staff, User


def make_accounts(firm: Firm, accounts: Sequence[ClientAccount], now: datetime, password: str) -> None:
    """Inside the firm's context; `password` is hashed."""
    staff = {each.name: each for each in Staff.objects.filter(firm=firm)}
    by = Actor.staff(next(each for each in staff.values() if each.role == Role.OWNER))
    for spec in accounts:
        first, *others = spec.people
        account = create_account(
            firm=firm, name=spec.name, first=_person(firm, first), by=by, now=now, kind=spec.kind, reference=spec.reference,
            manager=staff[spec.manager], group=spec.group, tags=spec.tags, client_since=date(spec.since, 1, 1),
        )  # fmt: skip
        for person in others:
            _add(account, person, by, now)
        for person in spec.people:
            _complete(account, person, by, now, password)


def switches_of(person: Person) -> Switches:
    return Switches(login="L" in person.uses, notify="N" in person.uses, email_sync="E" in person.uses)


def find_address(firm: Firm, email: str) -> Address | None:
    return Address.objects.filter(firm=firm, email_key=email_key(email)).select_related("contact").first()


def _person(firm: Firm, person: Person) -> NewPerson | KnownPerson:
    known = find_address(firm, person.email)
    if known:
        return KnownPerson(contact=known.contact, function=person.function, address=known, switches=switches_of(person))
    return NewPerson(
        first_name=person.first_name,
        last_name=person.last_name,
        function=person.function,
        phone=person.phone,
        language=person.language,
        email=person.email,
        switches=switches_of(person),
    )


def _add(account: Account, person: Person, by: Actor, now: datetime) -> None:
    found = _person(account.firm, person)
    if isinstance(found, NewPerson):
        add_contact_with_address(account=account, person=found, by=by, now=now)
    elif found.address:
        link_contact(account=account, contact=found.contact, function=found.function, by=by, now=now)
        change_switches(account=account, address=found.address, by=by, now=now, **found.switches.values)


def _complete(account: Account, person: Person, by: Actor, now: datetime, password: str) -> None:
    address = find_address(account.firm, person.email)
    if address is None:
        return
    if person.other_email:
        add_address(account=account, contact=address.contact, email=person.other_email, switches=Switches(), by=by, now=now)
    if not person.wants_signatures:
        change_preferences(account=account, address=address, by=by, now=now, wants_signatures=False)
    if person.signs_in and address.user is None:
        _give_login(address, now, password)


def _give_login(address: Address, now: datetime, password: str) -> None:
    """As if they had followed their invitation and chosen a password."""
    address.user = User.objects.create(firm=address.firm, side=Side.CLIENT, email=address.email, password=password, created_at=now)
    address.save(update_fields=["user"])


def contacts_by_email(firm: Firm) -> dict[str, Contact]:
    return {each.email: each.contact for each in Address.objects.filter(firm=firm).select_related("contact")}
