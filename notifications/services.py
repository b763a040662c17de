"""Writes of the outbox that are not tied to a schedule."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from actions.models import Action
from clients.models import Account, Address, Contact
from firms.actors import Actor
from firms.enums import Side, Verb
from firms.models import Firm, User
from firms.services import write_activity
from lib.jobs import wake
from notifications.enums import ORIGINS, Audience, Priority, SuppressionOrigin, SuppressionReason
from notifications.models import Notice, Suppression
from notifications.verdicts import Reason, Verdict
from templates_email.enums import EmailEvent

DISPATCH = "notifications.dispatch"


@transaction.atomic
def notify_user(
    *,
    firm: Firm,
    user: User,
    event: str,
    key: str,
    now: datetime,
    values: dict[str, Any],
    audience: Audience | None = None,
    email: str = "",
) -> None:
    """Queues a message that goes whatever anybody's switches say, for example to choose a new password. The same `key` is queued once.

    `email` is where it goes instead of the address that the user signs in with.
    """
    Notice.objects.bulk_create(
        [
            Notice(
                firm=firm,
                audience=audience or (Audience.STAFF if user.side == Side.STAFF else Audience.CLIENT),
                event=event,
                key=key,
                user=user,
                email=email or user.email,
                values=values,
                **_at_once(now),
            )
        ],
        ignore_conflicts=True,
    )
    wake(DISPATCH, firm_id=firm.pk)


@transaction.atomic
def notify_address(*, account: Account, address: Address, event: str, key: str, now: datetime, values: dict[str, Any]) -> None:
    """Queues a message to an address of `account` about no request, which goes whatever NOTIFY says. The same `key` is queued once."""
    Notice.objects.bulk_create(
        [
            Notice(
                firm=account.firm,
                event=event,
                key=key,
                account=account,
                contact=address.contact,
                address=address,
                email=address.email,
                values=values,
                **_at_once(now),
            )
        ],
        ignore_conflicts=True,
    )
    wake(DISPATCH, firm_id=account.firm.pk)


@transaction.atomic
def send_code(
    *, firm: Firm, action: Action, account: Account, address: Address, contact: Contact, key: str, values: dict[str, str], now: datetime
) -> Notice:
    """Queues a code to the addressee's own address, before everything else; it goes whatever NOTIFY says, since they asked for it."""
    notice = Notice.objects.create(
        firm=firm,
        event=EmailEvent.ACT_CODE,
        key=key,
        action=action,
        account=account,
        contact=contact,
        address=address,
        email=address.email,
        values=values,
        **_at_once(now),
    )
    wake(DISPATCH, firm_id=firm.pk)
    return notice


def _at_once(now: datetime) -> dict[str, object]:
    return {
        "verdict": Verdict.SEND,
        "reason": Reason.ASKED_FOR_IT,
        "decided_at": now,
        "not_before": now,
        "priority": Priority.ACCESS,
    }


@transaction.atomic
def suppress_address(
    *,
    firm: Firm,
    address_id: int,
    reason: SuppressionReason,
    detail: str,
    by: Actor,
    now: datetime,
    origin: SuppressionOrigin | None = None,
    at: datetime | None = None,
) -> bool:
    """Writes to this address no more; False where it does not already, or where staff have lifted since `at` what happened then.

    The address is locked first: an absent suppression could not be.
    """
    address = Address.with_removed.select_for_update(no_key=True).get(firm=firm, pk=address_id)
    known = Suppression.objects.filter(firm=firm, address=address_id)
    if known.filter(Q(lifted_at=None) | Q(lifted_at__gt=at or now)).exists():
        return False
    origin = origin or ORIGINS[reason]
    Suppression.objects.create(firm=firm, address=address, reason=reason, origin=origin, detail=detail[:500], at=now)
    with translation.override(firm.language):  # a worker speaks no language of its own
        write_activity(firm=firm, by=by, verb=Verb.ADDRESS_SUPPRESSED, now=now, subject=address.email, detail=reason.label)
    return True
