"""Tells the everyday of a firm through the services that make it, as `telling` does its signatures."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from io import BytesIO

from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import File as Content
from django.utils import translation

from access.models import ActCode
from access.pending import Given, Pending
from actions.models import Action
from clients.models import Account, Contact
from demo.seed.clients import contacts_by_email
from demo.seed.everyday_specs import (
    Approves,
    Archives,
    AsksApproval,
    AsksDocuments,
    AsksMany,
    AsksTasks,
    Cancels,
    Converses,
    Deed,
    Everyday,
    Keeps,
    Says,
    SendsAll,
    SetsRhythm,
    Ticks,
    Uploads,
)
from demo.seed.telling import BROWSER, DAY, Event, Telling
from demo.seed.texts import french
from files.drafts import forget_draft, keep_draft
from files.enums import Area
from files.models import Folder
from files.services import keep_file, make_folder
from firms.actors import Actor
from kinds.approvals.services import APPROVE, REFUSE, finish, request_approval, send_approval_code
from kinds.chats.keeping import archive_thread
from kinds.chats.models import Thread
from kinds.chats.services import start_thread, write_as_client, write_as_staff
from kinds.client_tasks.attached import attach
from kinds.client_tasks.queries import KIND as TASKS
from kinds.client_tasks.queries import tasks_of
from kinds.client_tasks.rules import NewTask
from kinds.client_tasks.services import request_tasks, tick
from kinds.documents.queries import KIND as DOCUMENTS
from kinds.documents.queries import rhythm_of
from kinds.documents.rules import periods_to_send
from kinds.documents.services import complete_request, receive_file, request_documents, set_rhythm
from notifications.models import READY, Notice
from notifications.outbox import Entry
from notifications.outbox_acts import cancel_mail
from notifications.secrets import act_code_digits
from reminders.asking.batches import confirm_batch, start_batch, word_batch
from reminders.asking.running import take_turn
from reminders.enums import PeopleRule
from reminders.rules import Schedule
from reminders.words import Words
from tenancy.context import firm_context

LIST = "Compte;Libellé;Montant\n512000;Banque;14 210,55\n530000;Caisse;982,10\n606300;Fournitures;1 204,00\n"


class Working(Telling):
    """Each step enters the firm by itself."""

    def everyday(self, entries: Sequence[Everyday]) -> Iterator[Event]:
        for entry in entries:
            first = entry.first.at if isinstance(entry, Converses) else entry.at
            deeds = getattr(entry, "then", ())
            asked: list[Action] = []
            at, *later = self._instants(first, deeds)
            yield Event(at, partial(self._begin, entry, asked, at))
            for deed, then in zip(deeds, later, strict=True):
                yield Event(then, partial(self._go_on, asked, deed, then))

    def _begin(self, entry: Everyday, asked: list[Action], at: datetime) -> None:
        with firm_context(self.firm.pk):
            match entry:
                case Keeps():
                    self._keep(entry, at)
                case SetsRhythm():
                    set_rhythm(account=self._account(entry.account), rhythm=entry.rhythm, by=self._by(entry.by), now=at)
                case AsksDocuments():
                    asked.append(self._ask_documents(entry, at))
                case AsksApproval():
                    asked.append(self._ask_approval(entry, at))
                case Converses():
                    asked.append(self._converse(entry, at))
                case AsksTasks():
                    asked.append(self._ask_tasks(entry, at))
                case AsksMany():
                    batch = self._word_many(entry, at)
        if isinstance(entry, AsksMany):
            take_turn(batch, at)

    def _go_on(self, asked: list[Action], deed: Deed, at: datetime) -> None:
        (action,) = asked
        if isinstance(deed, Approves):
            self._approve(action, deed, at)
            return
        with firm_context(self.firm.pk):
            match deed:
                case Uploads():
                    self._upload(action, deed, at)
                case SendsAll():
                    complete_request(action=action, visitor=self._visitor(action, deed.who), now=at)
                case Says():
                    self._say(action, deed, at)
                case Archives():
                    archive_thread(thread=self._thread(action), by=self._by(deed.who), now=at)
                case Cancels():
                    self._cancel(action, self._by(deed.who), at)
                case Ticks():
                    tick(action=action, code=tasks_of(action)[deed.task - 1].code, by=self._doer(action, deed.who), now=at)

    # --- What the firm does ----------------------------------------------------------------------------------------------

    def _account(self, reference: str) -> Account:
        return Account.objects.select_related("firm", "manager").get(firm=self.firm, reference=reference)

    def _people(self, emails: Sequence[str]) -> list[Contact]:
        contacts = contacts_by_email(self.firm)
        return [contacts[email] for email in emails]

    def _by(self, name: str) -> Actor:
        return Actor.staff(self._staff(name))

    def _doer(self, action: Action, who: str) -> Actor:
        return self._visitor(action, who).actor() if "@" in who else self._by(who)

    def _keep(self, entry: Keeps, at: datetime) -> None:
        account, by = self._account(entry.account), self._by(entry.by)
        folder = self._folder(account, entry, by, at) if entry.folder else None
        content = self._paper(entry.paper, account, [], at)[2] if entry.paper else LIST.encode()
        keep_file(account=account, area=entry.area, folder=folder, upload=named(entry.name, content), by=by, now=at)

    def _folder(self, account: Account, entry: Keeps, by: Actor, at: datetime) -> Folder:
        known = Folder.objects.filter(firm=self.firm, account=account, area=entry.area, name=entry.folder).first()
        return known or make_folder(account=account, area=entry.area, parent=None, name=entry.folder, by=by, now=at)

    def _words(self, title: str, message: str, due: int | None, at_most: int) -> Words:
        due_on = None if due is None else self.today + DAY * due
        return Words(french(title.format(**self.years)), french(message), due_on, None, Schedule(at_most > 0, 3, max(1, at_most)))

    def _ask_documents(self, entry: AsksDocuments, at: datetime) -> Action:
        account, staff = self._account(entry.account), self._staff(entry.by)
        rhythm = rhythm_of(account) if entry.period else None
        period = periods_to_send(rhythm, self.today)[0] if rhythm else None
        with translation.override(self.firm.language):
            title = f"Pièces de TVA, {period.name}" if period else entry.title
        words = self._words(title, entry.message, entry.due, entry.at_most)
        return request_documents(
            account=account, people=self._people(entry.people), words=words, period=period, staff=staff, by=Actor.staff(staff), now=at
        )

    def _ask_approval(self, entry: AsksApproval, at: datetime) -> Action:
        account, staff = self._account(entry.account), self._staff(entry.by)
        papers = [self._paper(key, account, [], at) for key in entry.papers]
        drafts = [keep_draft(staff, named(filename, content)) for _, filename, content in papers]
        words = self._words(entry.title, entry.message, entry.due, entry.at_most)
        action = request_approval(
            account=account, approvers=self._people(entry.people), words=words, uploads=drafts, staff=staff, by=Actor.staff(staff), now=at
        )
        for draft in drafts:
            forget_draft(staff, draft.name)
        return action

    def _converse(self, entry: Converses, at: datetime) -> Action:
        staff = self._staff(entry.first.who)
        return start_thread(
            account=self._account(entry.account), staff=staff, by=Actor.staff(staff), now=at, title=french(entry.title),
            text=french(entry.first.text), people=self._people(entry.people), schedule=Schedule(True, 3, entry.at_most),
        )  # fmt: skip

    def _ask_tasks(self, entry: AsksTasks, at: datetime) -> Action:
        staff, words = self._staff(entry.by), self._words(entry.title, entry.message, None, entry.at_most)
        tasks = [
            NewTask(french(text), french(details), None if due is None else self.today + DAY * due) for text, details, due in entry.tasks
        ]
        return request_tasks(
            account=self._account(entry.account), people=self._people(entry.people), words=words, tasks=tasks, staff=staff,
            by=Actor.staff(staff), now=at,
        )  # fmt: skip

    def _word_many(self, entry: AsksMany, at: datetime) -> int:
        """Up to the worker's turn; the firm's id, which it takes."""
        staff = self._staff(entry.by)
        accounts = Account.objects.filter(firm=self.firm, reference__in=entry.accounts).values_list("pk", flat=True)
        batch = start_batch(staff=staff, kind=DOCUMENTS, accounts=accounts, now=at)
        words = self._words(entry.title, entry.message, entry.due, 1)
        word_batch(batch=batch, words=words, usual_message=False, rule=PeopleRule.EVERYBODY, payload={"period": ""})
        confirm_batch(batch=batch, asks_unheard=False, by=Actor.staff(staff), now=at)
        return self.firm.pk

    def _cancel(self, action: Action, by: Actor, at: datetime) -> None:
        for notice in Notice.objects.filter(READY, firm=self.firm, action=action):
            cancel_mail(firm=self.firm, entry=Entry(None, [notice]), by=by, now=at)

    # --- What clients do -------------------------------------------------------------------------------------------------

    def _upload(self, action: Action, deed: Uploads, at: datetime) -> None:
        visitor, upload = self._visitor(action, deed.who), named(deed.name, LIST.encode())
        if action.kind == TASKS:
            code = tasks_of(action)[deed.task - 1].code
            attach(action=action, code=code, area=Area.CLIENT, upload=upload, by=visitor.actor(), now=at)
        else:
            receive_file(action=action, visitor=visitor, upload=upload, now=at)

    def _thread(self, action: Action) -> Thread:
        return Thread.objects.select_related("firm", "account__firm", "account__manager", "action").get(firm=self.firm, code=action.topic)

    def _say(self, action: Action, deed: Says, at: datetime) -> None:
        thread, text = self._thread(action), french(deed.text)
        if "@" in deed.who:
            write_as_client(thread=thread, visitor=self._visitor(action, deed.who), text=text, now=at)
            return
        staff = self._staff(deed.who)
        write_as_staff(
            thread=thread, staff=staff, text=text, schedule=Schedule(True, 3, 1), answer_needed=True, by=Actor.staff(staff), now=at
        )

    def _approve(self, action: Action, deed: Approves, at: datetime) -> None:
        """Asks for the code, which goes out before the act, and reads it."""
        session, purpose = SessionStore(), REFUSE if deed.comment else APPROVE
        with firm_context(self.firm.pk):
            visitor = self._visitor(action, deed.who)
            send_approval_code(action=action, visitor=visitor, purpose=purpose, session=session, now=at)
            newest = ActCode.objects.filter(firm=self.firm, action=action, address=visitor.address).first()
        assert newest is not None
        self.live(at)
        given = Given(act_code_digits(self.firm.pk, newest.nonce), session, BROWSER, at)
        with firm_context(self.firm.pk):
            finish(action=action, visitor=visitor, pending=Pending(purpose, french(deed.comment), at), given=given)


def named(name: str, content: bytes) -> "Content[bytes]":
    return Content(BytesIO(content), name)
