"""What the services are given."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict

from clients.custom_fields import Value
from clients.models import Address, Contact, CustomField
from firms.models import Staff


class AccountDetails(TypedDict, total=False):
    """What is known of an account besides its name. Groups and tags are named; those the firm has not had so far are made."""

    kind: str
    relation: str
    reference: str
    manager: Staff | None
    group: str
    tags: Collection[str]
    language: str
    time_zone: str
    client_since: date | None


class ContactDetails(TypedDict, total=False):
    first_name: str
    last_name: str
    phone: str
    language: str
    time_zone: str


class SwitchValues(TypedDict, total=False):
    login: bool
    notify: bool
    email_sync: bool


class PreferenceValues(TypedDict, total=False):
    wants_uploads: bool
    wants_signatures: bool
    wants_approvals: bool
    wants_chats: bool
    wants_proposals: bool
    wants_organizers: bool
    wants_invoices: bool


@dataclass(frozen=True, slots=True)
class Switches:
    """The switches of an address that is being added: off unless somebody says otherwise (M29)."""

    login: bool = False
    notify: bool = False
    email_sync: bool = False

    @property
    def values(self) -> SwitchValues:
        return SwitchValues(login=self.login, notify=self.notify, email_sync=self.email_sync)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody whom the firm does not know yet, with their first address where they have one, and what stands in custom fields."""

    last_name: str
    first_name: str = ""
    function: str = ""
    phone: str = ""
    language: str = ""
    time_zone: str = ""
    email: str = ""
    switches: Switches = Switches()
    custom: Mapping[CustomField, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Somebody who stands in another account already; the switches are for `address`, the others begin off."""

    contact: Contact
    function: str = ""
    address: Address | None = None
    switches: Switches = Switches()
