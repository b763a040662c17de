"""An address that receives or wants nothing any more, whoever found out: a mail server, a provider, an e-mail that came back."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.models import Address
from clients.names import email_key
from firms.actors import Actor
from firms.enums import FailedTaskKind, Verb
from firms.models import Firm
from firms.services import raise_failed_task, settle_failed_task, write_activity
from lib.jobs import wake
from notifications.enums import Outcome, SuppressionOrigin, SuppressionReason, moves_forward
from notifications.models import Message, Notice
from notifications.services import DISPATCH, suppress_address
from notifications.taking_over import Fate, Left, take_over

OUTCOMES = {SuppressionReason.NO_SUCH_ADDRESS: Outcome.BOUNCED, SuppressionReason.COMPLAINED: Outcome.COMPLAINED}
NOT_KNOWN_TO_ARRIVE = (Outcome.FAILED, Outcome.UNCONFIRMED)
UNTIL_IT_ARRIVES = (FailedTaskKind.UNCONFIRMED, FailedTaskKind.NOT_SENT)  # say of a message that it may not have arrived
TITLES = 3  # of requests, by name, before the rest is counted
ANSWER = 160  # letters of a server's answer in a failed task, which leaves room for what follows from it
WHAT_FOLLOWS: dict[Fate, Promise] = {
    Fate.NOBODY: gettext_lazy("Nobody can be told of %(titles)s any more: add an address, or switch NOTIFY on for somebody."),
    Fate.NAMED: gettext_lazy("People are named in %(titles)s, so that nobody takes their place: give them another address."),
    Fate.TAKEN_OVER: gettext_lazy("%(titles)s: %(people)s will be told instead."),
    Fate.GOES_ON: gettext_lazy("%(titles)s: other addresses know of it."),
}


@transaction.atomic
def record_bounce(
    *,
    firm: Firm,
    message: Message,
    address_ids: Collection[int],
    reason: SuppressionReason,
    detail: str,
    at: datetime,
    now: datetime,
    origin: SuppressionOrigin | None = None,
) -> bool:
    """Suppresses the addresses, lets others take over, tells the office; False where all of it was known already.

    `at` is when it happened, which may be long ago: what staff have lifted since stays lifted. `detail` is what a server said. Locks the
    message, then the addresses, then the requests, as the dispatcher does.
    """
    moved = mark_outcome(firm, message, OUTCOMES.get(reason), now)
    lost = [
        pk
        for pk in _still_written_to(firm, message, address_ids)
        if suppress_address(firm=firm, address_id=pk, reason=reason, detail=detail, by=Actor.system(), now=now, origin=origin, at=at)
    ]
    left = take_over(firm, lost, now) if lost else []
    _log(left, now)
    if lost or (moved and not address_ids):
        _tell_office(firm, message, lost, left, reason, detail, now)
    if any(each.heirs for each in left):
        wake(DISPATCH, firm_id=firm.pk)
    return moved or bool(lost)


@transaction.atomic
def record_lost(*, firm: Firm, message: Message, detail: str, now: datetime) -> bool:
    """This e-mail did not arrive, and its address may exist all the same: the office is told, and nothing is suppressed."""
    if not mark_outcome(firm, message, Outcome.BOUNCED, now):
        return False
    about = Notice.objects.filter(firm=firm, message=message).order_by("pk").first()
    raise_failed_task(
        firm=firm, kind=FailedTaskKind.NOT_SENT, key=f"message:{message.pk}", subject=message.to_email, detail=detail, now=now,
        account_id=about.account_id if about else None, action_id=about.action_id if about else None,
    )  # fmt: skip
    return True


def mark_outcome(firm: Firm, message: Message, reported: Outcome | None, now: datetime) -> bool:
    """Locks the message and moves it forward; False where it stands there, or further on, already.

    That it arrived settles what said that it may not have.
    """
    stands = Message.objects.select_for_update(no_key=True).get(firm=firm, pk=message.pk)
    message.outcome = stands.outcome
    if reported is None or not moves_forward(Outcome(stands.outcome), reported):
        return False
    message.outcome, message.lease_until, message.next_try_at = reported, None, None
    message.save(update_fields=["outcome", "lease_until", "next_try_at"])
    if reported == Outcome.DELIVERED and (stands.in_doubt or stands.outcome in NOT_KNOWN_TO_ARRIVE):
        for kind in UNTIL_IT_ARRIVES:
            settle_failed_task(firm=firm, kind=kind, key=f"message:{message.pk}", now=now)
    return True


def bounce_key(address_id: int) -> str:
    """Of the failed task of an address."""
    return f"address:{address_id}"


def _still_written_to(firm: Firm, message: Message, address_ids: Collection[int]) -> list[int]:
    """Those at which the message went: an address that has been corrected since is another one. Lowest id first."""
    same = Address.with_removed.filter(firm=firm, pk__in=address_ids, email_key=email_key(message.to_email))
    return list(same.order_by("pk").values_list("pk", flat=True))


def _log(left: Iterable[Left], now: datetime) -> None:
    for each in left:
        if each.heirs:
            write_activity(
                firm=each.action.firm, by=Actor.system(), verb=Verb.ACTION_TAKEN_OVER, now=now, subject=each.action.title,
                detail=_people([each]), account_id=each.action.account_id, action_id=each.action.pk,
            )  # fmt: skip


def _tell_office(
    firm: Firm, message: Message, lost: Sequence[int], left: Sequence[Left], reason: SuppressionReason, answer: str, now: datetime
) -> None:
    """A reader who asked for no more, and an address that was replaced, are no trouble, unless a request now reaches nobody."""
    open_questions = [each.action for each in left if each.needs_a_person]
    if not open_questions and (reason == SuppressionReason.UNSUBSCRIBED or (lost and not _in_use(firm, lost))):
        return
    about = Notice.objects.filter(firm=firm, message=message).select_related("action").order_by("pk").first()
    action = open_questions[0] if open_questions else about.action if about else None
    raise_failed_task(
        firm=firm,
        kind=FailedTaskKind.BOUNCED,
        key=bounce_key(lost[0]) if lost else f"message:{message.pk}",
        subject=message.to_email,
        detail=_in_words(firm, left, reason, answer, is_copy=about is not None and about.copy_of_id is not None),
        account_id=action.account_id if action else about.account_id if about else None,
        action_id=action.pk if action else None,
        now=now,
    )


def _in_use(firm: Firm, address_ids: Collection[int]) -> bool:
    return Address.objects.filter(firm=firm, pk__in=address_ids, unlinked_at=None).exists()


def _in_words(firm: Firm, left: Sequence[Left], reason: SuppressionReason, answer: str, *, is_copy: bool) -> str:
    """In the firm's language, for the office reads it: why, what follows, and last what the server said."""
    with translation.override(firm.language):
        said = [_("It is the address for copies of e-mails to clients.")] if is_copy else []
        said.append(str(reason.label))
        for fate, sentence in WHAT_FOLLOWS.items():
            those = [each for each in left if each.fate == fate]
            if those:
                said.append(str(sentence) % {"titles": _titles(those), "people": _people(those)})
        if answer:
            said.append(_("The answer was: %(answer)s") % {"answer": " ".join(answer.split())[:ANSWER]})
    return " ".join(said)


def _titles(left: Sequence[Left]) -> str:
    named = ", ".join(_("“%(title)s”") % {"title": each.action.title} for each in left[:TITLES])
    more = len(left) - TITLES
    return named if more <= 0 else ngettext("%(named)s and %(n)d more", "%(named)s and %(n)d more", more) % {"named": named, "n": more}


def _people(left: Iterable[Left]) -> str:
    return ", ".join(sorted({heir.recipient.name for each in left for heir in each.heirs}))
