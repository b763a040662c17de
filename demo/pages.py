"""What the demo's pages have in common: their frame, and the clock they show."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from demo.clock import Move, find_move
from demo.logins import read_logins
from demo.mailbox import Letter, list_letters
from firms.enums import Side
from firms.models import User
from lib.clock import machine_now, now
from ui.shell import NavItem

ZONE = ZoneInfo("Europe/Paris")  # of Cabinet Lumière: the pages belong to no firm that could say
STEPS = (3600, 24 * 3600, 3 * 24 * 3600, 7 * 24 * 3600)


@dataclass(frozen=True, slots=True)
class ClockPanel:
    """The product's time, how far it runs ahead of the machine's, and the last move with the e-mails that it sent."""

    now: datetime
    ahead: str
    steps: tuple[tuple[int, str], ...]
    move: Move | None
    reminders: tuple[Letter, ...]
    others: tuple[Letter, ...]


def clock_panel() -> ClockPanel:
    at, real, move = now(), machine_now(), find_move()
    sent = [letter for letter in list_letters() if move.begun_at < letter.at <= move.until] if move and move.ended else []
    return ClockPanel(
        now=at,
        ahead=timesince(real, at) if (at - real).total_seconds() >= 60 else "",
        steps=tuple(zip(STEPS, (_("1 hour"), _("1 day"), _("3 days"), _("1 week")), strict=True)),
        move=move,
        reminders=tuple(letter for letter in sent if letter.is_reminder),
        others=tuple(letter for letter in sent if not letter.is_reminder),
    )


def show(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """Draws a page of the demo, by Lyon's clock."""
    with timezone.override(ZONE):
        return render(request, template, {"nav": navigation(request), **context})


def navigation(request: HttpRequest) -> list[NavItem]:
    """Whoever is signed in goes on where they may; a stranger to where one signs in."""
    side = request.user.side if isinstance(request.user, User) else None
    items = [NavItem(_("E-mails and clock"), reverse("demo_mail"), "mail", active=True)]
    if side != Side.CLIENT:
        items.append(NavItem(_("The firm’s desk"), reverse("home"), "building-store"))
    if side != Side.STAFF:
        items.append(NavItem(_("The clients’ portal"), portal_for_visitors() if side is None else reverse("portal_home"), "users"))
    return items


def portal_for_visitors() -> str:
    """The page on which the first client signs in, for staff's own sends clients away."""
    return next((login.page for login in read_logins().client), reverse("portal_home"))
