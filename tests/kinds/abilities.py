"""What each row of the table in docs/kinds.md means: how it is driven through the pages, for any kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse

from actions.enums import ActionState
from actions.kinds import get_kind
from actions.models import Action
from actions.stops import Stop
from firms.enums import FailedTaskKind, Verb
from firms.models import ActivityLine, FailedTask, Firm
from notifications.models import Notice
from notifications.secrets import item_token
from notifications.verdicts import Verdict
from reminders.asking.running import take_turn
from reminders.bulk import RequestAct
from reminders.enums import BatchState
from reminders.models import AskBatch, RequestTemplate
from reminders.rules import Schedule
from tests.factories import START
from tests.kinds.cases import Able, Case
from tests.mail import Mailbox, text_of
from tests.people import Lumiere
from tests.signing import make_client_user, signed_in
from tests.story import ask_signature, live

FIRST = START + timedelta(minutes=11)  # when a first e-mail has gone: messages of ten minutes are told in one
REMINDED = START + timedelta(days=3, minutes=11)
NADIA, PAUL = "nadia@lefevre.example", "paul@lefevre.example"
TITLE, MESSAGE = "Clôture de l’exercice", "Merci de nous répondre cette semaine."


@dataclass(frozen=True)
class World:
    """One kind in Cabinet Lumière, with Claire's browser."""

    key: str
    case: Case
    lumiere: Lumiere
    mailbox: Mailbox
    claire: Client

    def form(self, **changes: object) -> dict[str, object]:
        """All that a browser sends to ask Nadia, with reminders every three days, twice; None leaves a field out."""
        common = {
            "title": TITLE, "message": MESSAGE, "people": [self.lumiere.nadia.code], "due_on": "2026-11-10", "expires_on": "2026-11-20",
            "on": "on", "every_days": "3", "at_most": "2",
        }  # fmt: skip
        return {name: value for name, value in {**common, **self.case.fields(), **changes}.items() if value is not None}

    @property
    def new(self) -> str:
        return f"{reverse('ask_new', args=[self.key])}?account={self.lumiere.bakery.code}"

    def ask(self, **changes: object) -> Action:
        answer = self.claire.post(self.new, self.form(**changes))
        assert answer.status_code == 302, errors_of(answer)
        return Action.objects.select_related("firm", "account").get(kind=self.key)

    def page(self, action: Action) -> Any:
        return signed_in(self.lumiere.claire, self.claire).get(reverse("action_show", args=[action.code]))  # sessions end within weeks


def errors_of(answer: Any) -> object:
    context: Mapping[str, Any] = getattr(answer, "context", None) or {}
    return [context[name].errors for name in ("form", "schedule_form") if name in context] or answer.status_code


def fresh(action: Action) -> Action:
    return Action.objects.select_related("firm", "account").get(pk=action.pk)


def client_page(action: Action) -> tuple[int, str]:
    """The item's page as Nadia's link opens it, in English."""
    browser = Client()
    browser.cookies["django_language"] = "en"
    notice = Notice.objects.filter(action=action, email=NADIA, link_digest__isnull=False).earliest("id")
    response = browser.get(f"/l/{item_token(action.firm_id, notice.key)}/", follow=True)
    return response.status_code, response.content.decode()


# --- What each can do ---------------------------------------------------------------------------------------------------


def can_ask_one(world: World) -> None:
    action = world.ask()
    assert (action.title, action.state, action.account_id) == (TITLE, ActionState.OPEN, world.lumiere.bakery.pk)
    live(FIRST)
    assert world.mailbox.addresses == [NADIA]
    assert [client_page(action)[0], world.page(action).status_code] == [200, 200]


def can_ask_many(world: World) -> None:
    accounts = [world.lumiere.bakery, world.lumiere.tilleuls]
    start = world.claire.post(reverse("account_ask_start"), {"chosen": world.key, "row": [account.code for account in accounts]})
    words = world.claire.post(start["Location"], world.form(people=None, rule="main"))
    assert words.status_code == 302, errors_of(words)
    preview = world.claire.get(words["Location"]).context["preview"]
    assert (preview.accounts, preview.people) == (2, 1)
    batch = AskBatch.objects.get()
    world.claire.post(reverse("ask_many_confirm", args=[batch.code]))
    take_turn(world.lumiere.firm.pk, START)
    progress = world.claire.get(reverse("ask_many_show", args=[batch.code])).context["progress"]
    batch.refresh_from_db()
    assert (batch.state, progress.asked, progress.left_out, progress.waiting) == (BatchState.DONE, 2, 0, 0)
    assert {action.account_id for action in Action.objects.filter(kind=world.key)} == {account.pk for account in accounts}


def can_edit_the_message(world: World) -> None:
    Firm.objects.filter(pk=world.lumiere.firm.pk).update(show_context=True)
    action = world.ask(message="Avant vendredi, s’il vous plaît.")
    live(FIRST)
    (message,) = world.mailbox.to(NADIA)
    assert ["Avant vendredi, s’il vous plaît." in text for text in (text_of(message), client_page(action)[1])] == [True, True]


def says_who_gets_it(world: World) -> None:
    page = world.claire.get(
        reverse("ask_recipients", args=[world.key]), {"account": world.lumiere.bakery.code, "people": world.lumiere.nadia.code}
    )
    said = {row.address: row.gets_it for row in page.context["gets"]}
    action = world.ask()
    written = {notice.email: notice.verdict != Verdict.SKIP for notice in Notice.objects.filter(action=action)}
    assert said == written == {NADIA: True, PAUL: False}


def has_a_due_date(world: World) -> None:
    action = world.ask()
    assert (str(action.due_on), "due Tue 10 Nov" in world.page(action).content.decode()) == ("2026-11-10", True)


def has_reminders_on_the_form(world: World) -> None:
    page = world.claire.get(world.new).content.decode()
    assert page.count('name="on"') == 1
    action = world.ask(every_days="4", at_most="3")
    assert (action.reminders_on, action.remind_every_days, action.remind_max) == (True, 4, 3)
    assert action.next_reminder_at == START + timedelta(days=4)


def has_reminders_on_its_page(world: World) -> None:
    action = world.ask(on=None)
    assert 'name="every_days"' in world.page(action).content.decode()
    assert fresh(action).next_reminder_at is None
    world.claire.post(reverse("action_remind", args=[action.code]), {"on": "on", "every_days": "2", "at_most": "1"})
    assert fresh(action).next_reminder_at == START + timedelta(days=2)
    world.claire.post(reverse("action_remind", args=[action.code]), {"every_days": "2", "at_most": "1"})
    assert (fresh(action).next_reminder_at, fresh(action).stop_reason) == (None, Stop.SWITCHED_OFF)


def can_be_done(world: World) -> None:
    action = world.ask()
    live(FIRST)
    world.case.act(action, world.lumiere)
    done = fresh(action)
    assert (done.state, done.stop_reason, done.closed_by) == (ActionState.DONE, world.case.done, "Nadia Lefèvre")


def can_be_resent(world: World) -> None:
    action = world.ask()
    live(FIRST)
    ask_signature(world.lumiere, now=FIRST, title="Plus récente", schedule=Schedule())
    nadia = signed_in(make_client_user(world.lumiere.firm, world.lumiere.nadia_address))
    assert nadia.get("/portal/").context["mine"][0].action.title == "Plus récente"
    before = len(world.mailbox.to(NADIA))
    with time_machine.travel(FIRST + timedelta(hours=1), tick=False):
        assert "#resend" in world.page(action).content.decode()
        world.claire.post(reverse("action_resend", args=[action.code]))
        live(FIRST + timedelta(hours=1))
        live(FIRST + timedelta(hours=1, minutes=11))
        assert nadia.get("/portal/").context["mine"][0].action == action
    assert [len(world.mailbox.to(NADIA)) - before, len(world.mailbox.to(PAUL))] == [2, 0]  # the other request is one of them
    line = ActivityLine.objects.get(action_id=action.pk, verb=Verb.ACTION_RESENT)
    assert (line.actor_name, line.detail) == ("Claire Moreau", "Nadia Lefèvre")


def can_be_withdrawn(world: World) -> None:
    action = world.ask()
    assert "#withdraw" in world.page(action).content.decode()
    world.claire.post(reverse("action_withdraw", args=[action.code]))
    live(FIRST)
    assert (fresh(action).state, world.mailbox.addresses) == (ActionState.WITHDRAWN, [])
    shown = world.page(action).content.decode()
    assert ["#withdraw" in shown, "#resend" in shown] == [False, False]


def can_expire(world: World) -> None:
    action = world.ask()
    live(START + timedelta(days=19))
    task = FailedTask.objects.get(kind=FailedTaskKind.EXPIRED)
    assert (fresh(action).state, task.action_id) == (ActionState.EXPIRED, action.pk)


def has_templates(world: World) -> None:
    world.claire.post(world.new, world.form(save_template="on"))
    template = RequestTemplate.objects.get()
    assert (template.kind, template.title, template.message, template.remind_max) == (world.key, TITLE, MESSAGE, 2)
    page = world.claire.get(f"{world.new}&template={template.code}")
    form = page.context["form"]
    assert (form["title"].value(), form["message"].value(), page.context["schedule_form"]["at_most"].value()) == (TITLE, MESSAGE, 2)
    assert Action.objects.count() == 0


def stands_in_bulk_acts(world: World) -> None:
    dialog = world.claire.post(reverse("account_ask"), {"row": [world.lumiere.bakery.code]})
    assert (world.key, get_kind(world.key).noun) in dialog.context["choices"]
    start = world.claire.post(reverse("account_ask_start"), {"chosen": world.key, "row": [world.lumiere.bakery.code]})
    assert start["Location"] == reverse("ask_many_words", args=[AskBatch.objects.get(kind=world.key).code])
    action = world.ask()
    live(FIRST)
    for act in (RequestAct.REMIND_OFF, RequestAct.RESEND, RequestAct.WITHDRAW):
        world.claire.post(reverse("action_bulk_do"), {"bulk": act.value, "row": [action.code]})
        live(FIRST)
    ended = fresh(action)
    assert (ended.reminders_on, ended.state, len(world.mailbox.to(NADIA))) == (False, ActionState.WITHDRAWN, 2)


def has_a_timeline(world: World) -> None:
    action = world.ask()
    live(FIRST)
    entries = [(str(entry.mark.word), entry.names, entry.why) for entry in world.page(action).context["entries"]]
    told = [entry for entry in entries if entry[1]]
    assert told[0][:2] == ("Planned", ("Nadia Lefèvre",))
    assert told[1] == ("Sent", ("Nadia Lefèvre",), told[1][2])
    assert told[2] == ("Skipped", ("Paul Lefèvre",), "Not sent: Not one of the people named in the request.")
    assert ("Asked", ()) in [entry[:2] for entry in entries]


DRIVERS: Mapping[Able, Callable[[World], None]] = {
    Able.ASK_ONE: can_ask_one,
    Able.ASK_MANY: can_ask_many,
    Able.MESSAGE: can_edit_the_message,
    Able.WHO: says_who_gets_it,
    Able.DUE: has_a_due_date,
    Able.FORM_REMINDERS: has_reminders_on_the_form,
    Able.PAGE_REMINDERS: has_reminders_on_its_page,
    Able.ACT: can_be_done,
    Able.RESEND: can_be_resent,
    Able.WITHDRAW: can_be_withdrawn,
    Able.EXPIRE: can_expire,
    Able.TEMPLATES: has_templates,
    Able.BULK: stands_in_bulk_acts,
    Able.TIMELINE: has_a_timeline,
}
