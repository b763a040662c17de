"""What the list of contacts can be narrowed to: views, filters, search."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients.contact_queries import has_address, known_contacts
from clients.enums import AccountKind
from clients.models import AccountAddress, AccountContact, Contact
from clients.queries import visible_accounts
from clients.search import contacts_matching
from firms.models import Firm, Staff
from notifications.models import Suppression
from ui.filters import Filter, active_filters, search_of

VIEWS = ("all", "pending", "bounced", "archived")
NO_ADDRESS = "none"


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for."""

    staff: Staff
    query: QueryDict

    @cached_property
    def view(self) -> str:
        view = self.query.get("view", "")
        return view if view in VIEWS else "all"

    @cached_property
    def filters(self) -> Sequence[Filter]:
        states = [("active", _("Signs in")), ("pending", _("Pending")), ("bounced", bounced_word()), (NO_ADDRESS, _("No address"))]
        kinds = [(kind.value, str(kind.label)) for kind in AccountKind]
        return [Filter("state", _("State"), states), Filter("kind", _("Kind of account"), kinds)]

    @cached_property
    def in_view(self) -> QuerySet[Contact]:
        return known_contacts(self.staff).filter(views_of(self.staff.firm)[self.view])

    @property
    def contacts(self) -> QuerySet[Contact]:
        """In no order yet."""
        chosen, text, contacts = active_filters(self.query, self.filters), search_of(self.query), self.in_view
        if "state" in chosen:
            contacts = contacts.filter(states_of(self.staff.firm)[chosen["state"]])
        if "kind" in chosen:
            accounts = visible_accounts(self.staff).filter(kind=chosen["kind"]).order_by().values("pk")
            contacts = contacts.filter(Exists(AccountContact.objects.filter(contact=OuterRef("pk"), account__in=accounts)))
        return contacts_matching(contacts, text) if text else contacts


def bounced_word() -> str:
    return pgettext("an address", "Bounced")


def views_of(firm: Firm) -> dict[str, Q]:
    """Archived people stand in a view of their own and in no other."""
    current, states = Q(archived_at=None), states_of(firm)
    return {"all": current, "pending": current & states["pending"], "bounced": current & states["bounced"], "archived": ~current}


def states_of(firm: Firm) -> dict[str, Q]:
    """By their linked addresses: one that signs in, one that may and cannot yet, one that receives nothing, none at all."""
    uses = AccountAddress.objects.filter(
        firm=firm,
        login=True,
        account__archived_at=None,
        address__contact=OuterRef("pk"),
        address__unlinked_at=None,
        address__removed_at=None,
    )
    bounced = Suppression.objects.filter(
        firm=firm, lifted_at=None, address__contact=OuterRef("pk"), address__unlinked_at=None, address__removed_at=None
    )
    return {
        "active": Q(Exists(uses.filter(address__user__is_active=True))),
        "pending": Q(Exists(uses.filter(Q(address__user=None) | Q(address__user__is_active=False)))),
        "bounced": Q(Exists(bounced)),
        NO_ADDRESS: ~Q(has_address(firm)),
    }
