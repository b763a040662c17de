"""Accounts, contacts, addresses and switches while a plan is made: as they are, and as the rows read so far leave them."""

from dataclasses import dataclass, field
from datetime import date

from clients.enums import AccountKind, Relation
from clients.importing.client_row import StaffMember
from clients.importing.custom import CustomText, Target
from clients.importing.headings import fold
from clients.importing.world import AccountNow, AddressNow, ContactNow, UseNow
from clients.names import name_key

Value = str | bool | date | AccountKind | Relation | StaffMember | None


def likeness(name: str) -> str:
    """What two spellings of a name have in common; names without letters are compared as they are."""
    return fold(name) or name_key(name)


class Writable:
    """What becomes a row of its own; `id` is None until it has one."""

    __slots__ = ()
    id: int | None

    @property
    def pk(self) -> int:
        """The id of what has been written."""
        assert self.id is not None
        return self.id


@dataclass(slots=True, eq=False)
class AccountDraft(Writable):
    id: int | None
    reference: str
    name: str
    kind: AccountKind
    manager: StaffMember | None = None
    group: str = ""
    tags: dict[str, str] = field(default_factory=dict)  # folded -> as written
    client_since: date | None = None
    archived: bool = False
    relation: Relation = Relation.CLIENT
    has_open: bool = False  # something is asked of it
    is_made: bool = False  # by a row read so far
    decided: dict[Target, int] = field(default_factory=dict)  # field -> number of the row that spoke first
    final_name: str = ""  # what the whole file makes of it
    final_kind: AccountKind | None = None
    kind_is_guessed: bool = False  # a new account of which no row says the kind
    final_relation: Relation = Relation.CLIENT

    def may_become(self, relation: Relation | None) -> bool:
        """Nothing is asked of a supplier (M24)."""
        return not (self.has_open and relation == Relation.SUPPLIER != self.relation)

    @classmethod
    def of(cls, now: AccountNow) -> "AccountDraft":
        tags = {fold(tag): tag for tag in sorted(now.tags)}
        return cls(
            now.id, now.reference, now.name, now.kind, now.manager, now.group, tags, now.client_since, now.archived, now.relation,
            now.has_open, final_name=now.name, final_relation=now.relation,
        )  # fmt: skip


@dataclass(slots=True, eq=False)
class ContactDraft(Writable):
    id: int | None
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    language: str = ""
    archived: bool = False
    custom: dict[int, CustomText] = field(default_factory=dict)  # id of the field -> value
    is_made: bool = False
    decided: dict[Target, int] = field(default_factory=dict)
    final_key: tuple[str, str] = ("", "")  # folded first and last name, as the whole file leaves them

    @classmethod
    def of(cls, now: ContactNow) -> "ContactDraft":
        key = (fold(now.first_name), fold(now.last_name))
        custom = dict(now.custom)
        return cls(now.id, now.first_name, now.last_name, now.phone, now.language, now.archived, custom, final_key=key)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(slots=True, eq=False)
class AddressDraft(Writable):
    id: int | None
    contact: ContactDraft
    email: str
    key: str
    unlinked: bool = False
    field_id: int | None = None
    filled_by: int = 0  # number of the row that put it into its custom field

    @classmethod
    def of(cls, now: AddressNow, contact: ContactDraft) -> "AddressDraft":
        return cls(now.id, contact, now.email, now.key, now.unlinked, now.field_id)


@dataclass(slots=True, eq=False)
class UseDraft:
    """The switches of one address in one account; all off where nobody has said anything."""

    account: AccountDraft
    address: AddressDraft
    login: bool = False
    notify: bool = False
    email_sync: bool = False
    decided: dict[Target, int] = field(default_factory=dict)

    @classmethod
    def of(cls, now: UseNow, account: AccountDraft, address: AddressDraft) -> "UseDraft":
        return cls(account, address, now.login, now.notify, now.email_sync)


Changeable = AccountDraft | ContactDraft | UseDraft
