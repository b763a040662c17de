"""What a firm has, as far as an import needs to know: pure, so that a plan can be tried without a database."""

from dataclasses import dataclass, field
from datetime import date

from clients.enums import AccountKind, Relation
from clients.importing.client_row import StaffMember
from clients.importing.custom import CustomValueNow


@dataclass(frozen=True, slots=True)
class AccountNow:
    id: int
    name: str
    kind: AccountKind
    reference: str = ""
    manager: StaffMember | None = None
    group: str = ""
    tags: frozenset[str] = frozenset()
    client_since: date | None = None
    archived: bool = False
    relation: Relation = Relation.CLIENT
    has_open: bool = False  # something is asked of it: it cannot become a supplier


@dataclass(frozen=True, slots=True)
class ContactNow:
    id: int
    first_name: str
    last_name: str
    phone: str = ""
    language: str = ""
    archived: bool = False
    custom: frozenset[CustomValueNow] = frozenset()


@dataclass(frozen=True, slots=True)
class AddressNow:
    id: int
    contact_id: int
    email: str
    key: str
    unlinked: bool = False  # replaced: its contact's, but no switch can be set for it
    is_primary: bool = False
    field_id: int | None = None  # the custom e-mail field that it fills
    signs_in: bool = False


@dataclass(frozen=True, slots=True)
class UseNow:
    """The three switches of an address in an account."""

    account_id: int
    address_id: int
    login: bool = False
    notify: bool = False
    email_sync: bool = False


@dataclass(frozen=True, slots=True)
class World:
    accounts: tuple[AccountNow, ...] = ()
    contacts: tuple[ContactNow, ...] = ()
    addresses: tuple[AddressNow, ...] = ()
    links: frozenset[tuple[int, int]] = frozenset()  # (account, contact)
    uses: tuple[UseNow, ...] = ()
    staff: tuple[StaffMember, ...] = ()
    groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = field(default=())
    taken: frozenset[str] = frozenset()  # keys of addresses of the list with which somebody else signs in
    hides_taken: bool = False  # they are too many to tell which: no LOGIN goes on
    has_custom: bool = False  # custom values were read too
