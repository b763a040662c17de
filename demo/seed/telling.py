"""Tells a firm's past through the services that made it: who asked, who signed, and what the sweep did in between."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from babel.dates import format_date
from django.contrib.sessions.backends.db import SessionStore
from django.utils import translation

from access.doors import Visitor, Way
from access.models import ActCode
from actions.models import Action
from clients.models import Account, AccountAddress
from demo.seed.clients import contacts_by_email, find_address
from demo.seed.firms import LOGO
from demo.seed.papers import Letterhead, draw_paper
from demo.seed.specs import Bounces, Declines, Deed, Moment, Request, Resends, Signs, SwitchesOff, Timed, Withdraws, in_order
from demo.seed.texts import PAPERS, french
from demo.ticks import Live, ticks
from files.pdf import read_pdf
from firms.actors import Actor
from firms.enums import FailedTaskKind
from firms.models import Firm, Staff
from firms.services import raise_failed_task
from kinds.signatures.services import DECLINE, SIGN, decline, request_signature, send_sign_code, sign
from notifications.bounces import bounce_key
from notifications.enums import SuppressionOrigin, SuppressionReason
from notifications.secrets import act_code_digits
from notifications.services import suppress_address
from reminders.rules import Schedule
from reminders.services import change_reminders, resend, withdraw
from reminders.standing import schedule_of
from reminders.words import Words
from tenancy.context import firm_context

DAY = timedelta(days=1)
BROWSER = "Mozilla/5.0 (demo)"
CLIENTS_IP = "203.0.113.24"  # of a range that belongs to nobody


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at `at`."""

    at: datetime
    happen: Callable[[], None]


def tell(events: Sequence[Event], now: datetime, live: Live) -> None:
    """Lets them happen one after the other until `now`, with all reminders in between."""
    told_until = now
    for event in sorted(events, key=lambda event: event.at):
        for at in ticks(min(told_until, event.at), event.at, DAY):
            live(at)
        event.happen()
        live(event.at)
        told_until = event.at
    for at in ticks(told_until, now, DAY):
        live(at)


class Telling:
    """The requests of one firm while their story is told. Each step enters the firm by itself."""

    def __init__(self, firm: Firm, now: datetime, live: Live) -> None:
        self.firm, self.now, self.live = firm, now, live
        today = now.astimezone(firm.zone).date()
        self.today = today
        self.years = {"year": str(today.year + (today.month >= 7)), "past": str(today.year - 1)}

    def events(self, requests: Sequence[Request], bounces: Sequence[Bounces] = ()) -> Iterator[Event]:
        for bounce in bounces:
            at = bounce.at.instant(self.now, self.firm.zone)
            yield Event(at, partial(self._bounce, bounce, at))
        for request in requests:
            yield from self._events_of(request)

    def _events_of(self, request: Request) -> Iterator[Event]:
        asked: list[Action] = []
        at, *later = self._instants(request.at, request.then)
        yield Event(at, lambda: asked.append(self._ask(request, at)))
        for deed, then in zip(request.then, later, strict=True):
            yield Event(then, partial(self._do, asked, deed, then))

    def _instants(self, first: Moment, then: Sequence[Timed]) -> list[datetime]:
        return in_order((first, *(each.at for each in then)), self.now, self.firm.zone)

    def _do(self, asked: list[Action], deed: Deed, at: datetime) -> None:
        (action,) = asked
        match deed:
            case Signs():
                self._sign(action, deed, at)
            case Declines():
                self._decline(action, deed, at)
            case Withdraws() | Resends() | SwitchesOff():
                self._do_by_staff(action, deed, at)

    # --- Staff ---------------------------------------------------------------------------------------------------------

    def _ask(self, request: Request, at: datetime) -> Action:
        with firm_context(self.firm.pk):
            account = Account.objects.select_related("firm").get(firm=self.firm, reference=request.account)
            contacts = contacts_by_email(self.firm)
            staff = self._staff(request.by)
            signers = [contacts[email] for email in request.signers]
            title, filename, content = self._paper(request.paper, account, [each.name for each in signers], at)
            words = Words(
                title,
                french(request.message.format(**self.years)),
                None if request.due is None else self.today + DAY * request.due,
                None if request.expires is None else self.today + DAY * request.expires,
                Schedule(request.at_most > 0, request.every, max(1, request.at_most)),
            )
            pdf = read_pdf(filename, content)
            return request_signature(account=account, signers=signers, words=words, pdf=pdf, staff=staff, by=Actor.staff(staff), now=at)

    def _paper(self, key: str, account: Account, signers: list[str], at: datetime) -> tuple[str, str, bytes]:
        """Title, file name and PDF."""
        paper = PAPERS[key]
        day = format_date(at.astimezone(self.firm.zone).date(), "long", locale=paper.language)
        values = {**self.years, "account": account.name, "day": day}
        letterhead = Letterhead(self.firm.name, tuple(self.firm.address_line.split(", ")), LOGO if self.firm.logo else None)
        return french(paper.title.format(**values)), paper.filename.format(**values), draw_paper(paper, letterhead, signers, values)

    def _do_by_staff(self, action: Action, deed: Withdraws | Resends | SwitchesOff, at: datetime) -> None:
        with firm_context(self.firm.pk):
            by = Actor.staff(self._staff(deed.who))
            match deed:
                case Withdraws():
                    withdraw(action=action, by=by, now=at)
                case Resends():
                    resend(action=action, by=by, now=at)
                case SwitchesOff():
                    schedule = schedule_of(action)
                    change_reminders(action=action, schedule=Schedule(False, schedule.every_days, schedule.at_most), by=by, now=at)

    def _staff(self, name: str) -> Staff:
        return Staff.objects.get(firm=self.firm, name=name)

    # --- Clients, who need the code from their e-mail ------------------------------------------------------------------

    def _sign(self, action: Action, deed: Signs, at: datetime) -> None:
        session = SessionStore()
        visitor, code = self._code(action, deed.who, SIGN, session, at)
        with firm_context(self.firm.pk):
            sign(
                action=action, visitor=visitor, typed_name=visitor.name, code=code, session=session, user_agent=BROWSER, now=at
            )  # fmt: skip

    def _decline(self, action: Action, deed: Declines, at: datetime) -> None:
        session = SessionStore()
        visitor, code = self._code(action, deed.who, DECLINE, session, at)
        with firm_context(self.firm.pk):
            decline(action=action, visitor=visitor, reason=french(deed.reason), code=code, session=session, now=at)

    def _code(self, action: Action, email: str, purpose: str, session: SessionStore, at: datetime) -> tuple[Visitor, str]:
        """Asks for the code, which goes out before the act, and reads it."""
        with firm_context(self.firm.pk):
            visitor = self._visitor(action, email)
            send_sign_code(action=action, visitor=visitor, purpose=purpose, session=session, now=at)
            newest = ActCode.objects.filter(firm=self.firm, action=action, address=visitor.address).first()
        assert newest is not None
        self.live(at)
        return visitor, act_code_digits(self.firm.pk, newest.nonce)

    def _visitor(self, action: Action, email: str) -> Visitor:
        use = AccountAddress.objects.select_related("address__contact", "account__firm").get(
            firm=self.firm, account=action.account_id, address__email=email
        )
        return Visitor(
            firm=self.firm, contact=use.address.contact, address=use.address, account=use.account, way=Way.BY_LINK,
            ip=CLIENTS_IP,
        )  # fmt: skip

    def _bounce(self, bounce: Bounces, at: datetime) -> None:
        with firm_context(self.firm.pk):
            address = find_address(self.firm, bounce.email)
            assert address is not None
            suppress_address(
                firm=self.firm, address_id=address.pk, reason=SuppressionReason.NO_SUCH_ADDRESS, origin=SuppressionOrigin.SMTP,
                detail=bounce.answer, by=Actor.system(), now=at,
            )  # fmt: skip
            account = AccountAddress.objects.filter(firm=self.firm, address=address).values_list("account_id", flat=True).first()
            raise_failed_task(
                firm=self.firm, kind=FailedTaskKind.BOUNCED, key=bounce_key(address.pk), subject=bounce.email, now=at, account_id=account,
                detail=self._why_bounced(bounce),
            )  # fmt: skip

    def _why_bounced(self, bounce: Bounces) -> str:
        with translation.override(self.firm.language):
            return f"{SuppressionReason.NO_SUCH_ADDRESS.label} {bounce.answer}"
