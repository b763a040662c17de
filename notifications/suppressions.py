"""Addresses that the firm does not write to: which, why, and writing to them again."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from actions.enums import ActionState
from actions.models import Action
from clients.contact_queries import known_contacts
from clients.models import AccountAddress, Address
from firms.actors import Actor
from firms.enums import FailedTaskKind, Verb
from firms.models import Firm, Staff
from firms.services import settle_failed_task, write_activity
from notifications.bounces import bounce_key
from notifications.enums import SuppressionReason
from notifications.models import Suppression

ASKED_TWICE = (SuppressionReason.COMPLAINED, SuppressionReason.UNSUBSCRIBED)  # the reader's own wish: only the reader takes it back


def suppressions_for(staff: Staff) -> QuerySet[Suppression]:
    """Of the addresses of people in sight, lifted or not, newest first."""
    people = known_contacts(staff).order_by().values("pk")
    rows = Suppression.objects.filter(firm=staff.firm_id, address__contact__in=people, address__removed_at=None)
    return rows.select_related("address__contact", "lifted_by").order_by("-at", "-pk")


def find_suppression(address: Address) -> Suppression | None:
    """Why the firm does not write to it, if it does not."""
    return Suppression.objects.filter(firm=address.firm_id, address=address, lifted_at=None).first()


def requests_waiting_for(address: Address) -> int:
    """Open requests of the accounts in which it is notified."""
    notified = AccountAddress.objects.filter(firm=address.firm_id, address=address, notify=True).order_by().values("account")
    return Action.objects.filter(firm=address.firm_id, account__in=notified, state=ActionState.OPEN).count()


@transaction.atomic
def lift_suppression(*, firm: Firm, address: Address, why: str, staff: Staff, by: Actor, now: datetime) -> bool:
    """E-mails go to it again from the next on; what was skipped meanwhile is not made up for. False where none stands."""
    _lock(address)
    stands = Suppression.objects.filter(firm=firm, address=address, lifted_at=None)
    if not stands.update(lifted_at=now, lifted_by=staff, lift_reason=why[:300]):
        return False
    settle_failed_task(firm=firm, kind=FailedTaskKind.BOUNCED, key=bounce_key(address.pk), now=now)
    write_activity(firm=firm, by=by, verb=Verb.ADDRESS_WRITTEN_TO_AGAIN, now=now, subject=address.email, detail=why)
    return True


@transaction.atomic
def put_back_suppression(*, firm: Firm, address: Address, by: Actor, now: datetime) -> bool:
    """Undoes the last lifting; False where something else has happened since."""
    _lock(address)
    last = Suppression.objects.filter(firm=firm, address=address).order_by("-pk").first()
    if last is None or last.lifted_at is None:
        return False
    last.lifted_at, last.lifted_by, last.lift_reason = None, None, ""
    last.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    write_activity(
        firm=firm, by=by, verb=Verb.ADDRESS_SUPPRESSED, now=now, subject=address.email,
        detail=SuppressionReason(last.reason).label,
    )  # fmt: skip
    return True


def _lock(address: Address) -> None:
    Address.with_removed.select_for_update(no_key=True).get(firm=address.firm_id, pk=address.pk)
