"""The contract of every kind, cell by cell of the table in docs/kinds.md: what each can do, its states, its pages, its e-mails."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import time_machine
from django.apps import apps

from actions.checks import check_kinds
from actions.enums import ActionState
from actions.kinds import Kind, all_kinds, get_kind, register_kind
from actions.models import Action
from actions.stops import Stop
from clients.models import Contact
from files.pdf import Pdf
from firms.actors import Actor
from firms.models import Firm
from notifications.models import Notice
from notifications.secrets import item_token
from reminders.services import withdraw
from tests.factories import START
from tests.kinds.abilities import DRIVERS, FIRST, MESSAGE, NADIA, REMINDED, TITLE, World, client_page, fresh
from tests.kinds.cases import CASES, LATER, Able
from tests.mail import Mailbox, html_of, text_of
from tests.people import Lumiere
from tests.signing import signed_in
from tests.story import live

KINDS = sorted(CASES)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Stands still, and is moved by hand."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a document can be signed is asked of a process of its own, and tested elsewhere."""
    monkeypatch.setattr("kinds.signatures.asking.read_pdf", lambda name, content: Pdf(name, content, 1))


@pytest.fixture
def world(request: pytest.FixtureRequest, lumiere: Lumiere, mailbox: Mailbox) -> World:
    key = request.node.callspec.params["key"]
    return World(key, CASES[key], lumiere, mailbox, signed_in(lumiere.claire))


ALL = (
    pytest.param(Able.ASK_ONE, marks=pytest.mark.rule("A02", "D03", "D05"), id="ask one"),
    pytest.param(Able.ASK_MANY, id="ask many"),
    pytest.param(Able.MESSAGE, marks=pytest.mark.rule("D33"), id="message"),
    pytest.param(Able.WHO, marks=pytest.mark.rule("X22"), id="who gets it"),
    pytest.param(Able.DUE, id="due date"),
    pytest.param(Able.FORM_REMINDERS, marks=pytest.mark.rule("D01", "D13", "D14", "D15"), id="reminders on the form"),
    pytest.param(Able.PAGE_REMINDERS, marks=pytest.mark.rule("D01", "D12", "D26"), id="reminders on its page"),
    pytest.param(Able.ACT, id="act"),
    pytest.param(Able.RESEND, marks=pytest.mark.rule("D01", "D06", "D09", "D10", "D11"), id="resend"),
    pytest.param(Able.WITHDRAW, id="withdraw"),
    pytest.param(Able.EXPIRE, id="expire"),
    pytest.param(Able.TEMPLATES, id="templates"),
    pytest.param(Able.BULK, id="bulk"),
    pytest.param(Able.TIMELINE, marks=pytest.mark.rule("X01"), id="timeline"),
)


@pytest.mark.parametrize("able", ALL)
@pytest.mark.parametrize("key", KINDS)
def test_every_kind_can(world: World, key: str, able: Able) -> None:
    if able in world.case.lacks:
        pytest.skip(world.case.lacks[able])
    DRIVERS[able](world)


# --- Its life -----------------------------------------------------------------------------------------------------------


def finish(world: World, action: Action) -> None:
    with time_machine.travel(LATER, tick=False):
        world.case.act(action, world.lumiere)
    live(LATER)  # the e-mail with the code, where there is one


def decline(world: World, action: Action) -> None:
    assert world.case.refuse is not None
    with time_machine.travel(LATER, tick=False):
        world.case.refuse(action, world.lumiere)
    live(LATER)


def take_back(world: World, action: Action) -> None:
    withdraw(action=action, by=Actor.staff(world.lumiere.claire), now=LATER)


def let_expire(world: World, action: Action) -> None:
    live(START + timedelta(days=19))


ENDS: Mapping[str, tuple[Callable[[World, Action], None], ActionState, Stop | None]] = {
    "done": (finish, ActionState.DONE, None),
    "refused": (decline, ActionState.DONE, Stop.REFUSED),
    "withdrawn": (take_back, ActionState.WITHDRAWN, Stop.WITHDRAWN),
    "expired": (let_expire, ActionState.EXPIRED, Stop.EXPIRED),
}
LIVES = [(key, end) for key in KINDS for end in CASES[key].over if end != "open"]


@pytest.mark.parametrize(("key", "end"), LIVES)
def test_every_end_stops_the_reminders_with_its_reason_and_both_pages_say_so(world: World, key: str, end: str) -> None:
    bring_about, state, stop = ENDS[end]
    action = world.ask()
    live(FIRST)
    bring_about(world, action)
    told, ended = len(world.mailbox.to(NADIA)), fresh(action)
    assert (ended.state, ended.stop_reason, ended.next_reminder_at) == (state, stop or world.case.done, None)
    with time_machine.travel(START + timedelta(days=1 if end != "expired" else 19), tick=False):
        says_its_state(world, ended, end)
    live(START + timedelta(days=21))
    assert len(world.mailbox.to(NADIA)) == told


@pytest.mark.parametrize("key", KINDS)
def test_an_open_one_says_so_on_both_pages(world: World, key: str) -> None:
    says_its_state(world, world.ask(message="" if key != "chat" else MESSAGE), "open")


def says_its_state(world: World, action: Action, end: str) -> None:
    staff, client = world.page(action), client_page(action)
    assert [staff.status_code, client[0]] == [200, 200]
    state = str(get_kind(world.key).describe(fresh(action)).state)
    badges = [unescape(word) for word in re.findall(r'<span class="badge [^"]*">(?:<svg.*?</svg>)?([^<]*)</span>', staff.content.decode())]
    assert (str(staff.context["description"].state), state in badges, world.case.over[end] in client[1]) == (state, True, True)


@pytest.mark.rule("A03", "D02")
@pytest.mark.parametrize("key", KINDS)
def test_it_is_reminded_of_as_often_as_was_chosen(world: World, key: str) -> None:
    action = world.ask()
    live(FIRST)
    for days in (3, 7, 10, 14):  # the sixth day is a Sunday: it is Monday
        live(START + timedelta(days=days, minutes=11))
    numbers = [int(notice.number) for notice in Notice.objects.filter(action=action, email=NADIA).order_by("id")]
    assert (numbers, len(world.mailbox.to(NADIA)), fresh(action).stop_reason) == ([0, 1, 2], 3, Stop.COUNT_REACHED)
    assert [message["References"] is not None for message in world.mailbox.to(NADIA)][1:] == [True, True]


@pytest.mark.rule("M14")
@pytest.mark.parametrize("key", KINDS)
def test_one_reminder_after_three_days_is_proposed(world: World, key: str) -> None:
    proposed = world.claire.get(world.new).context["schedule_form"]
    numbers = {name: proposed[name].value() for name in ("every_days", "at_most")}
    assert numbers == {"every_days": 3, "at_most": 1}
    action = world.ask(**numbers)
    assert (action.next_reminder_at, action.remind_max) == (START + timedelta(days=3), 1)


@pytest.mark.parametrize("key", KINDS)
def test_acting_a_second_before_the_reminder_stops_it(world: World, key: str) -> None:
    action = world.ask()
    live(FIRST)
    Action.objects.filter(pk=action.pk).update(next_reminder_at=LATER + timedelta(seconds=1))
    finish(world, action)
    told = len(world.mailbox.to(NADIA))
    live(LATER + timedelta(seconds=1))
    assert (len(world.mailbox.to(NADIA)), fresh(action).stop_reason) == (told, world.case.done)


# --- Its e-mails --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("A18")
@pytest.mark.parametrize(("language", "shown"), [("en", (True, False)), ("fr", (False, True))], ids=["en", "fr"])
@pytest.mark.parametrize("key", KINDS)
def test_its_emails_hold_their_link_and_what_the_firm_lets_them_say(
    world: World, key: str, language: str, shown: tuple[bool, bool]
) -> None:
    """`shown`: whether the firm shows message context in the request, and in its reminder."""
    Contact.objects.filter(pk=world.lumiere.nadia.pk).update(language=language)
    action = world.ask()
    for at, shows in zip((FIRST, REMINDED), shown, strict=True):
        Firm.objects.filter(pk=world.lumiere.firm.pk).update(show_context=shows)
        live(at)
    notices = Notice.objects.filter(action=action, email=NADIA).order_by("id")
    for message, notice, shows in zip(world.mailbox.to(NADIA), notices, shown, strict=True):
        parts = [text_of(message), html_of(message)]
        assert [f"/l/{item_token(action.firm_id, notice.key)}/" in part for part in parts] == [True, True]
        assert ("Bonjour Nadia" in parts[0], "Hello Nadia" in parts[0]) == (language == "fr", language == "en")
        said = (MESSAGE, *world.case.rows)
        assert [(text, text in part) for text in said for part in parts] == [(text, shows) for text in said for _ in parts]
        assert (TITLE in f"{message['Subject']} {parts}") == shows


# --- The registry and the table -----------------------------------------------------------------------------------------


def test_every_kind_has_its_case() -> None:
    assert {kind.key for kind in all_kinds()} == set(CASES)


def test_every_app_below_kinds_registers_one_kind() -> None:
    assert check_kinds(None) == []
    assert len(all_kinds()) == len([app for app in apps.get_app_configs() if app.name.startswith("kinds.")])


def test_two_kinds_of_one_name_are_refused() -> None:
    taken = get_kind("signature")
    other = Kind(**{field: getattr(taken, field) for field in taken.__slots__})
    with pytest.raises(ValueError, match="Two kinds are called 'signature'"):
        register_kind(other)
    assert get_kind("signature") is taken


def test_docs_say_what_each_can_do() -> None:
    docs = Path(__file__).parents[1] / "docs" / "kinds.md"
    table = [line.strip("|").split("|") for line in docs.read_text(encoding="utf-8").splitlines() if re.match(r"\| [^-]", line)]
    head, *rows = [[cell.strip(" `") for cell in row] for row in table[: len(Able) + 1]]
    keys = head[1:]
    assert (set(keys), [row[0] for row in rows]) == (set(CASES), [able.value for able in Able])
    said = {(row[0], key): cell for row in rows for key, cell in zip(keys, row[1:], strict=True)}
    assert said == {(able.value, key): case.lacks.get(able, "yes") for able in Able for key, case in CASES.items()}
