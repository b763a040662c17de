"""Two firms and the people who appear in every test.

Cabinet Lumière (Lyon): Claire owns it, Amir is an admin, Emma an employee who may manage accounts and requests and sees all,
Paulo an employee without rights. Its client Boulangerie Lefèvre has Nadia and Paul; Nadia stands in SCI des Tilleuls too.
Kantoor Peeters (Ghent) is the other firm: Wim owns it, Garage Maes with Lotte is its client. The fixtures are in tests/worlds.py.
"""

from dataclasses import dataclass

from clients.models import Account, AccountAddress, Address, Contact
from firms.enums import Right, Role
from firms.models import Firm, Staff
from firms.services import create_firm
from tenancy.context import firm_context
from tests.factories import (
    PASSWORD,
    START,
    AccountAddressFactory,
    AccountContactFactory,
    AccountFactory,
    AddressFactory,
    ContactFactory,
    StaffFactory,
)


@dataclass(frozen=True, slots=True)
class Lumiere:
    firm: Firm
    claire: Staff
    amir: Staff
    emma: Staff
    paulo: Staff
    bakery: Account
    tilleuls: Account
    nadia: Contact
    paul: Contact
    nadia_address: Address
    paul_address: Address
    nadia_at_bakery: AccountAddress
    paul_at_bakery: AccountAddress
    nadia_at_tilleuls: AccountAddress


@dataclass(frozen=True, slots=True)
class Peeters:
    firm: Firm
    wim: Staff
    garage: Account
    lotte: Contact
    lotte_address: Address
    lotte_at_garage: AccountAddress


def link(account: Account, address: Address, **switches: bool) -> AccountAddress:
    """Links the address's contact to the account, with NOTIFY on unless told otherwise."""
    AccountContactFactory(firm=account.firm, account=account, contact=address.contact)
    return AccountAddressFactory(firm=account.firm, account=account, address=address, **switches)


def colleague(firm: Firm, name: str, email: str, **details: object) -> Staff:
    """Somebody who has joined: no invitation, no line in the activity."""
    staff: Staff = StaffFactory.create(firm=firm, user__email=email, name=name, **details)
    return staff


def make_lumiere() -> Lumiere:
    firm = create_firm(
        name="Cabinet Lumière", owner_name="Claire Moreau", owner_email="claire@lumiere.example", owner_password=PASSWORD, now=START,
        set_up_at=START,
    )  # fmt: skip
    with firm_context(firm.pk):
        claire = Staff.objects.get(firm=firm, role=Role.OWNER)
        amir = colleague(firm, "Amir Benali", "amir@lumiere.example", role=Role.ADMIN)
        rights = [Right.MANAGE_ACCOUNTS, Right.MANAGE_ACTIONS, Right.SEE_ALL_ACCOUNTS]
        emma = colleague(firm, "Emma Girard", "emma@lumiere.example", rights=rights)
        paulo = colleague(firm, "Paulo Silva", "paulo@lumiere.example")
        bakery = AccountFactory(firm=firm, name="Boulangerie Lefèvre SRL", manager=claire)
        tilleuls = AccountFactory(firm=firm, name="SCI des Tilleuls", manager=claire)
        nadia = ContactFactory(firm=firm, first_name="Nadia", last_name="Lefèvre")
        paul = ContactFactory(firm=firm, first_name="Paul", last_name="Lefèvre")
        nadia_address = AddressFactory(firm=firm, contact=nadia, email="nadia@lefevre.example")
        paul_address = AddressFactory(firm=firm, contact=paul, email="paul@lefevre.example")
        return Lumiere(
            firm, claire, amir, emma, paulo, bakery, tilleuls, nadia, paul, nadia_address, paul_address,
            nadia_at_bakery=link(bakery, nadia_address), paul_at_bakery=link(bakery, paul_address),
            nadia_at_tilleuls=link(tilleuls, nadia_address),
        )  # fmt: skip


def make_peeters() -> Peeters:
    firm = create_firm(
        name="Kantoor Peeters", owner_name="Wim Peeters", owner_email="wim@peeters.example", owner_password=PASSWORD, now=START,
        set_up_at=START,
    )  # fmt: skip
    with firm_context(firm.pk):
        wim = Staff.objects.get(firm=firm, role=Role.OWNER)
        garage = AccountFactory(firm=firm, name="Garage Maes", manager=wim)
        lotte = ContactFactory(firm=firm, first_name="Lotte", last_name="Maes")
        lotte_address = AddressFactory(firm=firm, contact=lotte, email="lotte@maes.example")
        return Peeters(firm, wim, garage, lotte, lotte_address, link(garage, lotte_address))
