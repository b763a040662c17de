"""Holding all that leaves to clients, and releasing it once it is seen how much that is; the banner meanwhile."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from desk.mail_hold_form import HoldForm
from desk.request_bulk_words import said
from firms.actors import Actor
from firms.doors import admins_only, powers, staff_of
from firms.enums import HoldOrigin
from firms.models import Firm, Staff
from firms.rules import may_change_settings
from lib import clock
from notifications.enums import Priority
from notifications.holding import Waiting, hold_mail, release_mail, what_waits
from ui.forms import posted
from ui.toasts import toast

UNDONE_WITHIN = timedelta(minutes=10)
LATE_TOO, LEAVE_OUT = "send", "leave_out"
STILL_HELD = gettext_lazy("Your firm no longer holds them. They go once whoever runs Relance for you releases them.")


@dataclass(frozen=True, slots=True)
class HoldCard:
    """What the banner says; without `firm` nothing is held."""

    may: bool  # hold and release
    firm: Firm | None = None
    own_too: bool = False  # the firm's own hold, or its backlog's, goes on under the operator's

    @property
    def is_on(self) -> bool:
        return self.firm is not None

    @property
    def is_the_firms(self) -> bool:
        """Whether there is one that the firm can end, also under the operator's."""
        return self.own_too if self.by_operator else self.is_on

    @property
    def by_operator(self) -> bool:
        return self.firm is not None and self.firm.mail_hold_origin == HoldOrigin.OPERATOR

    @property
    def by_itself(self) -> bool:
        return self.firm is not None and self.firm.mail_hold_origin == HoldOrigin.BACKLOG

    @property
    def own_by_itself(self) -> bool:
        return self.firm is not None and self.firm.mail_own_origin == HoldOrigin.BACKLOG


def hold_card(staff: Staff, now: datetime) -> HoldCard:
    """No query: it stands on the firm."""
    firm = staff.firm
    return HoldCard(may_change_settings(powers(staff)), firm if firm.holds_mail(now) else None, firm.has_own_hold(now))


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def outbox_hold(request: HttpRequest) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    card = hold_card(staff, now)
    if card.is_the_firms:
        return redirect("outbox_release")
    form = HoldForm(posted(request), firm=staff.firm, now=now)
    if request.method == "POST" and form.is_valid():
        hold_mail(firm=staff.firm, origin=HoldOrigin.STAFF, by=Actor.staff(staff, request), now=now, **form.cleaned_data)
        under = staff.firm.held_by_operator(now)
        said_held = _("They stay held once whoever runs Relance for you releases them.") if under else _("All e-mails to clients are held.")
        toast(request, said_held, undo_url=reverse("outbox_hold_undo"))
        return redirect("outbox_list")
    return render(request, "desk/mail_hold.html", {"form": form, "hold": card, "waiting": what_waits(staff.firm, now)})


@admins_only
@require_POST
def outbox_hold_undo(request: HttpRequest) -> HttpResponse:
    """Takes back what was held a moment ago; of what was held longer it is first said how much goes."""
    staff, now = staff_of(request), clock.now()
    since = held_by_staff_since(staff.firm, now)
    if since is None or now - since > UNDONE_WITHIN:
        return redirect("outbox_release")
    release_mail(firm=staff.firm, by=Actor.staff(staff, request), now=now)
    toast(request, str(STILL_HELD) if staff.firm.held_by_operator(now) else _("E-mails to clients go out again."))
    return redirect("outbox_list")


def held_by_staff_since(firm: Firm, now: datetime) -> datetime | None:
    under = firm.held_by_operator(now)
    since, origin = (firm.mail_own_at, firm.mail_own_origin) if under else (firm.mail_held_at, firm.mail_hold_origin)
    return since if origin == HoldOrigin.STAFF else None


@admins_only
@require_http_methods(["GET", "HEAD", "POST"])
def outbox_release(request: HttpRequest) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    card = hold_card(staff, now)
    if not card.is_on:
        return redirect("outbox_list")
    if request.method == "POST" and card.is_the_firms:
        return release(request, staff, now)
    return render(request, "desk/mail_release.html", {"hold": card, **release_context(staff.firm, now)})


def release(request: HttpRequest, staff: Staff, now: datetime) -> HttpResponse:
    late_too = request.POST.get("late") != LEAVE_OUT
    going = release_mail(firm=staff.firm, by=Actor.staff(staff, request), now=now, late_too=late_too)
    goes_out = ngettext("%(count)s e-mail goes out.", "%(count)s e-mails go out.", going) % {"count": said(going)}
    toast(request, str(STILL_HELD) if staff.firm.held_by_operator(now) else goes_out)
    return redirect("outbox_list")


def release_context(firm: Firm, now: datetime) -> dict[str, object]:
    waiting = what_waits(firm, now)
    return {
        "waiting": waiting,
        "parts": parts_of(waiting),
        "minutes": waiting.minutes,
        "late_reminders": waiting.late_reminders,
        "late_others": waiting.late_others,
        "latest_days": firm.latest_days,
    }


def parts_of(waiting: Waiting) -> list[str]:
    """Of what is not late, by what it is: “312 reminders”."""
    notices, reminders, others = (waiting.of(each) for each in (Priority.NOTICE, Priority.REMINDER, Priority.LETTER))
    found = [
        (reminders, ngettext("%(count)s reminder", "%(count)s reminders", reminders)),
        (notices, ngettext("%(count)s first notice or repetition", "%(count)s first notices and repetitions", notices)),
        (others, ngettext("%(count)s copy for your firm", "%(count)s copies for your firm", others)),
    ]
    return [words % {"count": said(count)} for count, words in found if count]
