"""Merging and archiving people of whom something is asked: their requests go along, or say no."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from actions.models import Action, ActionParty
from actions.queries import OPEN
from clients.contacts import archive_contact
from clients.errors import SamePerson
from clients.locks import lock_addresses, locked_contacts
from clients.merging import merge_into
from clients.models import Address, Contact
from firms.actors import Actor
from notifications.models import READY, Notice


class BothNamed(Exception):
    """One open request waits for both: who is to sign for whom, nobody can guess."""

    def __init__(self, action: Action) -> None:
        super().__init__(action.title)
        self.action = action


class StillNamed(Exception):
    """Open requests name the person who was to be archived."""

    def __init__(self, actions: Collection[Action]) -> None:
        super().__init__(", ".join(action.title for action in actions))
        self.actions = list(actions)


def open_requests_naming(contact: Contact) -> list[Action]:
    """Those that still wait for the person."""
    named = ActionParty.objects.filter(firm=contact.firm_id, contact=contact, done_at=None).order_by().values("action")
    return list(Action.objects.filter(OPEN, firm=contact.firm_id, pk__in=named).select_related("account").order_by("pk"))


def request_naming_both(one: Contact, other: Contact) -> Action | None:
    """An open request that names both of them."""
    parties = ActionParty.objects.filter(firm=one.firm_id, contact__in=[one, other]).order_by().values("action")
    both = parties.annotate(people=Count("pk")).filter(people=2).values("action")
    return Action.objects.filter(OPEN, firm=one.firm_id, pk__in=both).select_related("account").order_by("pk").first()


@transaction.atomic
def merge_contacts(*, survivor: Contact, duplicate: Contact, theirs: Collection[str | int], by: Actor, now: datetime) -> Contact:
    """As `clients.merging.merge_into`; requests that name the duplicate name the survivor from now on, as does what waits to be sent.

    The requests are locked besides, as the dispatcher and the sweep do: neither sees a person half merged. Accounts, contacts and
    addresses come first, as everywhere. Raises `BothNamed` besides.
    """
    if survivor.pk == duplicate.pk:
        raise SamePerson
    locked_contacts([survivor, duplicate])
    lock_addresses(survivor.firm_id, Address.objects.filter(contact__in=[survivor, duplicate]))
    parties = ActionParty.objects.filter(firm=survivor.firm_id, contact=duplicate)
    named = Action.objects.select_for_update(no_key=True).filter(OPEN, firm=survivor.firm_id, pk__in=parties.order_by().values("action"))
    list(named.order_by("pk").values_list("pk"))
    both = request_naming_both(survivor, duplicate)
    if both is not None:
        raise BothNamed(both)
    own = ActionParty.objects.filter(firm=survivor.firm_id, contact=survivor).order_by().values("action")
    parties.exclude(action__in=own).update(contact=survivor)  # closed ones that name both keep both
    Notice.objects.filter(READY, firm=survivor.firm_id, contact=duplicate).update(contact=survivor)
    return merge_into(survivor=survivor, duplicate=duplicate, theirs=theirs, by=by, now=now)


@transaction.atomic
def archive_unless_named(*, contact: Contact, by: Actor, now: datetime) -> Contact:
    """Raises `StillNamed`, and what `clients.contacts.archive_contact` raises."""
    locked_contacts([contact])
    named = open_requests_naming(contact)
    if named:
        raise StillNamed(named)
    return archive_contact(contact=contact, by=by, now=now)
