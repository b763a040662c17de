"""Rows for tests; each is made inside a firm that has been entered."""

from datetime import UTC, datetime

import factory
from django.contrib.auth.hashers import make_password

from actions.models import Action, ActionParty
from clients.models import Account, AccountAddress, AccountContact, Address, Contact
from firms.enums import Role, Side
from firms.models import Staff, User

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Paris
PASSWORD = "correct horse battery"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    side = Side.STAFF
    email = factory.Sequence(lambda n: f"user{n}@firm.example")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))
    created_at = START


class StaffFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Staff

    name = factory.Sequence(lambda n: f"Staff {n}")
    role = Role.EMPLOYEE
    user = factory.SubFactory(UserFactory, firm=factory.SelfAttribute("..firm"))


class AccountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Account

    name = factory.Sequence(lambda n: f"Boulangerie {n} SRL")
    created_at = START


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contact

    first_name = "Nadia"
    last_name = factory.Sequence(lambda n: f"Lefèvre {n}")
    created_at = START


class AddressFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Address

    is_primary = factory.LazyAttribute(lambda row: not Address.objects.filter(contact=row.contact, is_primary=True).exists())
    email = factory.Sequence(lambda n: f"client{n}@client.example")
    contact = factory.SubFactory(ContactFactory, firm=factory.SelfAttribute("..firm"))
    created_at = START


class AccountContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AccountContact


class AccountAddressFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AccountAddress

    notify = True


class ActionFactory(factory.django.DjangoModelFactory):
    """An open action without notices, for reads; whatever tests behaviour asks through the services."""

    class Meta:
        model = Action

    kind = "signature"
    title = "Lettre de mission 2027"
    opened_at = START
    bumped_at = START
    counted_from = START
    scheduled_at = START


class ActionPartyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ActionParty

    role = "signer"
