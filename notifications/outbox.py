"""Reads of the outbox as a whole: each e-mail that was made, and each notice that is to become one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.http import Http404

from clients.models import Address, Contact
from clients.names import email_key, prefix_range
from clients.queries import visible_accounts
from clients.search import contacts_matching
from firms.doors import powers
from firms.models import Firm, Staff, User
from firms.rules import may_change_settings, sees_all_accounts
from lib.codes import hidden_code, is_code, number_behind
from lib.counts import MOST, Wanted, capped_counts
from notifications.enums import OUTCOMES, Audience, OutboxState, Outcome
from notifications.holding import is_kept_back, leaving
from notifications.models import READY, Message, Notice
from notifications.rendering import SHOWN

NOTICE_CODE = "outbox-notice"
NOTHING = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Entry:
    """One e-mail of the outbox with what it tells; without a message it is one notice that is to become a part of one."""

    message: Message | None
    notices: Sequence[Notice]

    @property
    def first(self) -> Notice | None:
        return self.notices[0] if self.notices else None

    @property
    def code(self) -> str:
        return self.message.code if self.message else hidden_code(NOTICE_CODE, self.notices[0].pk)

    @property
    def at(self) -> datetime:
        return self.message.created_at if self.message else self.notices[0].decided_at

    @property
    def email(self) -> str:
        return self.message.to_email if self.message else self.notices[0].email

    @property
    def is_dropped(self) -> bool:
        """What it said is kept no more, after the firm's term."""
        return any((notice.copy_of or notice).dropped_at for notice in self.notices)

    def state(self, firm: Firm, now: datetime) -> OutboxState:
        if self.message:
            return next(state for state, outcomes in OUTCOMES.items() if self.message.outcome in outcomes)
        until = self.notices[0].not_before
        is_held = (until and until > now) or is_kept_back(firm, self.notices[0], now)
        return OutboxState.HELD if is_held else OutboxState.WAITING


@dataclass(frozen=True, slots=True)
class Outbox:
    """A part of a firm's outbox, newest first; a slice of it is read with three queries, whatever is in it."""

    firm: Firm
    messages: QuerySet[Message]
    notices: QuerySet[Notice]

    def telling(self, told: Q) -> Self:
        """What tells of a notice like this."""
        among = Notice.objects.filter(told, firm=OuterRef("firm"), message=OuterRef("pk")).order_by()
        return self._with(self.messages.filter(Exists(among)), self.notices.filter(told))

    def at(self, when: Q) -> Self:
        """By a condition on `at`: when a message was first handed out, or a notice decided."""
        return self._with(self.messages.filter(when), self.notices.filter(when))

    def refused(self, kind: str) -> Self:
        """Whose last refusal was of this kind, whatever became of it since."""
        return self._with(self.messages.filter(error=kind), self.notices.filter(NOTHING))

    def in_state(self, state: OutboxState, now: datetime) -> Self:
        messages = Q(outcome__in=OUTCOMES[state]) if state in OUTCOMES else NOTHING
        might_go, free = Q(not_before__lte=now), leaving(self.firm, now)
        kept = might_go & ~free if free else NOTHING  # by the firm
        waits = {OutboxState.WAITING: might_go & free, OutboxState.HELD: Q(not_before__gt=now) | kept}
        return self._with(self.messages.filter(messages), self.notices.filter(waits.get(state, NOTHING)))

    def _with(self, messages: QuerySet[Message], notices: QuerySet[Notice]) -> Self:
        return type(self)(self.firm, messages, notices)

    def __getitem__(self, part: slice) -> list[Entry]:
        if part.stop == 0:
            return []
        of_messages: QuerySet[Any, Any] = self.messages.order_by("-created_at", "-pk").annotate(made=Value(True))
        of_notices: QuerySet[Any, Any] = self.notices.order_by("-decided_at", "-pk").annotate(made=Value(False))
        messages, notices = of_messages.values_list("at", "made", "pk"), of_notices.values_list("at", "made", "pk")
        both = messages[: part.stop].union(notices[: part.stop], all=True).order_by("-at", "-made", "-pk")
        keys = [(made, pk) for _, made, pk in both[part]]
        return entries_of(self.firm, keys)


def outbox_for(staff: Staff) -> Outbox:
    """What this person may see: owner and admins all, others what clients get; without "see all accounts" that of their accounts."""
    outbox = outbox_of(staff.firm)
    if may_change_settings(powers(staff)):
        return outbox
    clients = Q(audience=Audience.CLIENT)
    outbox = Outbox(outbox.firm, outbox.messages.filter(clients), outbox.notices.filter(clients))
    if sees_all_accounts(powers(staff)):
        return outbox
    return outbox.telling(Q(account__in=visible_accounts(staff).order_by().values("pk")))


def outbox_of(firm: Firm) -> Outbox:
    messages = Message.objects.filter(firm=firm).annotate(at=F("created_at"))
    return Outbox(firm, messages, Notice.objects.filter(READY, firm=firm).annotate(at=F("decided_at")))


def to_whom(firm: Firm, text: str) -> Q:
    """Notices to somebody whose name or address begins with `text`, the address as it was too."""
    low, high = prefix_range(email_key(text))
    people = contacts_matching(Contact.objects.filter(firm=firm), text).order_by().values("pk")
    addresses = Address.objects.filter(Q(contact__in=people) | Q(email_key__gte=low, email_key__lt=high), firm=firm).order_by()
    users = User.objects.filter(firm=firm, email__istartswith=text).order_by()
    told = Q(address__in=addresses.values("pk")) | Q(user__in=users.values("pk"))
    return told | Q(copy_of__isnull=False, email=firm.copy_to) if firm.copy_to and firm.copy_to.startswith(text.lower()) else told


def count_states(outbox: Outbox, now: datetime, **others: tuple[Outbox, int]) -> dict[str, int]:
    """How many stand in each state, up to `MOST` and one more, and of `others` up to a number of their own. One query."""
    parts = {state.value: (outbox.in_state(state, now), MOST) for state in OutboxState} | {"all": (outbox, MOST)} | others
    wanted: dict[str, Wanted] = {}
    for name, (part, most) in parts.items():
        wanted |= {f"{name}:messages": Wanted(part.messages, most), f"{name}:notices": Wanted(part.notices, most)}
    found = capped_counts(wanted)
    return {name: min((found[f"{name}:messages"] or 0) + (found[f"{name}:notices"] or 0), most + 1) for name, (_, most) in parts.items()}


def entries_of(firm: Firm, keys: Sequence[tuple[bool, int]]) -> list[Entry]:
    """In this order; each key says whether it is a message's. Two queries."""
    messages = Message.objects.filter(firm=firm).in_bulk([pk for made, pk in keys if made])
    alone = [pk for made, pk in keys if not made]
    told: dict[tuple[bool, int], list[Notice]] = defaultdict(list)
    for notice in _shown(firm).filter(Q(message__in=list(messages)) | Q(pk__in=alone)).order_by("pk"):
        told[(True, notice.message_id) if notice.message_id else (False, notice.pk)].append(notice)
    return [Entry(messages.get(pk) if made else None, told[made, pk]) for made, pk in keys if made or told[made, pk]]


def _shown(firm: Firm) -> QuerySet[Notice]:
    return Notice.objects.select_related(*SHOWN).filter(firm=firm)


def get_entry_for(staff: Staff, code: str) -> Entry:
    """404 for another firm's, and for one out of sight. A notice's own code leads to the message that it has become."""
    outbox = outbox_for(staff)
    found = find_entry(outbox, code)
    if found is None:
        raise Http404
    return found


def find_entry(outbox: Outbox, code: str) -> Entry | None:
    """By the code of a message or of a notice; none for what is no code at all."""
    if not is_code(code):
        return None
    number = number_behind(NOTICE_CODE, code)
    if number is None:
        message = outbox.messages.filter(code=code).first()
    elif outbox.notices.filter(pk=number).exists():
        return next(iter(entries_of(outbox.firm, [(False, number)])), None)
    else:
        message = outbox.messages.filter(notices__pk=number).first()
    return next(iter(entries_of(outbox.firm, [(True, message.pk)])), None) if message else None


def seen_whole(staff: Staff, entries: Iterable[Entry]) -> Mapping[str, bool]:
    """By code, whether all that it tells is about accounts in sight: an e-mail may list several. One query, none for who sees all."""
    entries = list(entries)
    if sees_all_accounts(powers(staff)):
        return {entry.code: True for entry in entries}
    asked = {notice.account_id for entry in entries for notice in entry.notices if notice.account_id}
    seen = set(visible_accounts(staff).filter(pk__in=asked).order_by().values_list("pk", flat=True))
    return {entry.code: all(notice.account_id in seen for notice in entry.notices) for entry in entries}


def may_be_tried_again(entry: Entry) -> bool:
    """What failed, or was never answered, and is still kept; an address that does not exist is first to be mended."""
    failed = entry.message is not None and entry.message.outcome in (Outcome.FAILED, Outcome.UNCONFIRMED)
    return failed and not entry.is_dropped


def may_be_cancelled(entry: Entry) -> bool:
    """What waits or is held; what is on the way is a worker's."""
    return entry.message is None or entry.message.outcome == Outcome.WAITING
