"""What the address of the list of accounts asks for: view, filters, search; and the accounts that answer to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients.enums import AccountKind, ListName, Relation
from clients.models import Account, AccountAddress
from clients.names import name_key
from clients.queries import (
    groups_in_sight,
    notifying_all,
    notifying_nobody,
    notifying_some,
    tags_in_sight,
    visible_accounts,
    with_pending_login,
)
from clients.saved_views import saved_views
from clients.search import accounts_matching
from desk.saved_views import Saved
from firms.doors import powers
from firms.models import Staff
from firms.rules import sees_all_accounts
from notifications.models import Suppression
from ui.filters import Filter, active_filters, search_of

NOBODY = "nobody"
NONE = "-"
VIEWS = ("all", "mine", NOBODY, "archived")

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen from, each as code and name in the order of names; `people` work here."""

    people: Sequence[Choice]
    groups: Sequence[Choice]
    tags: Sequence[Choice]
    saved: Sequence[Saved]


def choices_for(staff: Staff) -> Choices:
    """One query for all of them."""
    people = Staff.objects.filter(firm=staff.firm_id, left_at=None)
    sources = {"people": people, "groups": groups_in_sight(staff), "tags": tags_in_sight(staff)}
    named = [rows.order_by().values_list(Value(what), "code", "name", Value("")) for what, rows in sources.items()]
    saved = saved_views(staff, ListName.ACCOUNTS).order_by().values_list(Value("saved"), "code", "name", "query")
    found = sorted(saved.union(*named, all=True).order_by(), key=lambda row: (name_key(row[2]), row[1]))
    chosen = {what: [(code, name) for kind, code, name, _query in found if kind == what] for what in sources}
    return Choices(**chosen, saved=[Saved(code, name, query) for kind, code, name, query in found if kind == "saved"])


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for; `chosen` holds only values that a filter offers."""

    staff: Staff
    query: QueryDict
    choices: Choices
    view: str
    filters: Sequence[Filter]
    chosen: Mapping[str, str]
    search: str

    @property
    def narrows(self) -> bool:
        return bool(self.search or self.chosen)

    @property
    def in_view(self) -> QuerySet[Account]:
        return visible_accounts(self.staff).filter(views_of(self.staff)[self.view])

    @property
    def accounts(self) -> QuerySet[Account]:
        """The accounts that view, filters and search leave."""
        return accounts_matching(narrow(self.in_view, self.chosen), self.search)


def asked_of(staff: Staff, query: QueryDict) -> Asked:
    choices = choices_for(staff)
    filters = filters_for(staff, choices)
    return Asked(staff, query, choices, view_in(query), filters, active_filters(query, filters), search_of(query))


def view_in(query: QueryDict) -> str:
    view = query.get("view", "")
    return view if view in VIEWS else "all"


def views_of(staff: Staff) -> dict[str, Q]:
    """Archived accounts stand in a view of their own and in no other."""
    current = Q(archived_at=None)
    told = Exists(AccountAddress.objects.filter(account=OuterRef("pk"), notify=True, address__contact__archived_at=None))
    return {"all": current, "mine": current & Q(manager=staff), NOBODY: current & ~Q(told), "archived": ~current}


def filters_for(staff: Staff, choices: Choices) -> list[Filter]:
    """Filters without anything to choose from are not offered; managers only to whoever sees the accounts of others."""
    people = [*choices.people, (NONE, _("Nobody"))] if sees_all_accounts(powers(staff)) else []
    notify = [("all", _("Everybody")), ("some", _("Some of them")), (NOBODY, _("Nobody"))]
    filters = [
        Filter("kind", _("Kind"), [(kind.value, str(kind.label)) for kind in AccountKind]),
        Filter("relation", _("Relation"), [(relation.value, str(relation.label)) for relation in Relation]),
        Filter("manager", _("Manager"), people),
        Filter("group", _("Group"), [*choices.groups, (NONE, _("None"))] if choices.groups else []),
        Filter("tag", _("Tag"), choices.tags),
        Filter("notify", _("Notify"), notify),
        Filter("access", _("Portal access"), [("pending", _("Pending activation"))]),
        Filter("address", _("Addresses"), [("bounced", pgettext("an address", "Bounced"))]),
    ]
    return [each for each in filters if each.choices]


def narrow(accounts: QuerySet[Account], chosen: Mapping[str, str]) -> QuerySet[Account]:
    """The accounts that the filters leave."""
    columns = {"kind": "kind", "relation": "relation", "manager": "manager__code", "group": "group__code"}
    for name, column in columns.items():
        if name in chosen:
            accounts = accounts.filter(Q((name, None)) if chosen[name] == NONE else Q((column, chosen[name])))
    if "tag" in chosen:
        accounts = accounts.filter(account_tags__tag__code=chosen["tag"])
    if "notify" in chosen:
        accounts = {"all": notifying_all, "some": notifying_some, NOBODY: notifying_nobody}[chosen["notify"]](accounts)
    if "access" in chosen:
        accounts = with_pending_login(accounts)
    return with_bounced(accounts) if "address" in chosen else accounts


def with_bounced(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Accounts with an address that receives nothing, notified or not."""
    suppressed = Suppression.objects.filter(lifted_at=None).order_by().values("address__account_addresses__account")
    return accounts.filter(pk__in=suppressed)
