"""Settings > Reminders: what may be set, by whom, and what is counted before anything happens."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from actions.enums import ScheduleFrom
from actions.kinds import all_kinds
from actions.models import Action
from firms.actors import Actor
from firms.closed_days import Closing, closings_of
from firms.enums import Verb
from firms.models import ActivityLine, Firm
from reminders.models import ReminderSetting
from reminders.nearest import nearest_of_kind, settings_of
from reminders.rules import Schedule
from reminders.services import ask
from reminders.settings import add_closing
from reminders.words import Words
from tests.desk.conftest import NOW, SignIn
from tests.desk.reading import main_of
from tests.people import Lumiere

PAGE, EFFECT, ADD, REMOVE = (f"/settings/reminders/{part}" for part in ("", "effect/", "closed/", "closed/remove/"))
PLAIN = ("send_from", "send_until", "open_days_only", "cap_a_day", "cap_a_week", "latest_days")
SWITCHES = ("keeps_holidays", "bundle_reminders")


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


def typed(value: object) -> object:
    return "" if value is None else str(value)


def filled(firm: Firm, **changes: object) -> dict[str, object]:
    """The form as a page drawn now would post it, with these changes; `signature_on` stands for `signature-on`."""
    values: dict[str, object] = {name: typed(getattr(firm, name)) for name in PLAIN} | {"send_days": [str(day) for day in firm.send_days]}
    drawn = dict(values) | {name: str(getattr(firm, name)) for name in SWITCHES}
    values |= {name: "on" for name in SWITCHES if getattr(firm, name)}
    for key, setting in settings_of(firm).items():
        numbers = {f"{key}-every_days": setting.schedule.every_days, f"{key}-at_most": setting.schedule.at_most}
        values |= numbers | ({f"{key}-on": "on"} if setting.schedule.on else {})
        drawn |= numbers | {f"{key}-on": str(setting.schedule.on)}
    wanted = {f"initial-{name}": value for name, value in drawn.items()} | values | {n.replace("__", "-"): v for n, v in changes.items()}
    return {name: value for name, value in wanted.items() if value is not None}


def save(browser: Client, firm: Firm, **changes: object) -> Any:
    answer = browser.post(PAGE, filled(firm, **changes))
    firm.refresh_from_db()
    return answer


def asked(lumiere: Lumiere) -> Action:
    return ask(
        account=lumiere.bakery, kind="signature", words=Words("Lettre de mission 2027"), staff=lumiere.claire,
        by=Actor.staff(lumiere.claire), parties=[lumiere.nadia], now=NOW,
    )  # fmt: skip


@pytest.mark.rule("D14", "D15", "M14")
def test_page_has_every_kind_with_three_days_and_one_time(lumiere: Lumiere, browser: Client) -> None:
    answer = browser.get(PAGE)
    titles = [heading.text for heading in main_of(answer).find_all("h2", **{"class": "card-title"})]
    assert titles == ["Usual reminders", "When reminders go out", "How many e-mails", "The next three months"]
    shown = [[field.value() for field in fields] for _, fields in answer.context["form"].rows]
    assert shown == [[False, 3, 1]] * len(all_kinds())


@pytest.mark.rule("D14", "D15", "D26", "A20")
def test_usual_reminders_of_a_kind_hold_once_they_are_saved(lumiere: Lumiere, browser: Client) -> None:
    changes: dict[str, object] = {"signature__on": "on", "signature__every_days": "4", "signature__at_most": "2"}
    shown = browser.post(EFFECT, filled(lumiere.firm, **changes)).content.decode()
    assert ("1 change:" in shown, "every 4 days, at most 2" in shown, ReminderSetting.objects.count()) == (True, True, 0)
    assert save(browser, lumiere.firm, **changes).status_code == 302
    assert nearest_of_kind(lumiere.firm, "signature").schedule == Schedule(True, 4, 2)
    line = ActivityLine.objects.get(verb=Verb.USUAL_REMINDERS_CHANGED)
    assert (line.sentence, line.old, line.new, line.actor_name) == (
        "changed the usual reminders of Signatures: every 4 days, at most 2", "off", "every 4 days, at most 2", "Claire Moreau",
    )  # fmt: skip


def test_nothing_changed_saves_nothing(lumiere: Lumiere, browser: Client) -> None:
    assert save(browser, lumiere.firm).status_code == 302
    assert (ReminderSetting.objects.count(), ActivityLine.objects.filter(verb=Verb.FIRM_CHANGED).count()) == (0, 0)


@pytest.mark.rule("X03", "X04", "X08", "A20")
def test_calendar_bundle_and_caps_are_saved_with_old_and_new_values(lumiere: Lumiere, browser: Client) -> None:
    save(
        browser, lumiere.firm, send_from="09:00", send_days=["0", "1", "3"], keeps_holidays=None, open_days_only="True",
        bundle_reminders=None, cap_a_day="", cap_a_week="5", latest_days="2",
    )  # fmt: skip
    lines = ActivityLine.objects.filter(verb=Verb.FIRM_CHANGED).order_by("id").values_list("detail", "old", "new")
    assert sorted(lines) == [
        ("Count open days only", "off", "on"),
        ("Days late at most", "3", "2"),
        ("Days of the week", "Monday to Friday", "Monday, Tuesday and Thursday"),
        ("E-mails with reminders a day", "1", ""),
        ("E-mails with reminders in seven days", "", "5"),
        ("No reminders on public holidays", "on", "off"),
        ("One e-mail for all that is due", "on", "off"),
        ("Reminders go out from", "08:30", "09:00"),
    ]
    firm = lumiere.firm
    assert (firm.send_days, firm.cap_a_day, firm.cap_a_week, firm.latest_days) == ([0, 1, 3], None, 5, 2)


REFUSED = [
    ({"send_days": []}, "Choose at least one day of the week"),
    ({"send_days": ["7"]}, "Select a valid choice"),
    ({"send_until": "08:30"}, "choose an hour after 08:30"),
    ({"send_from": "soon"}, "Enter a valid time"),
    ({"cap_a_day": "0"}, "greater than or equal to 1"),
    ({"cap_a_week": "a few"}, "Enter a whole number"),
    ({"latest_days": ""}, "This field is required"),
    ({"signature__every_days": "61"}, "less than or equal to 60"),
    ({"signature__at_most": "0"}, "greater than or equal to 1"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "sentence"), REFUSED)
def test_bad_input_is_refused_with_a_sentence_and_nothing_typed_is_lost(
    lumiere: Lumiere, browser: Client, changes: dict[str, object], sentence: str
) -> None:
    answer = save(browser, lumiere.firm, **{"documents__every_days": "17", **changes})
    shown = answer.content.decode()
    assert (answer.status_code, sentence in shown, 'value="17"' in shown, 'data-guard="dirty"' in shown) == (200, True, True, True)
    assert ReminderSetting.objects.count() == 0


@pytest.mark.rule("X03")
def test_week_that_leaves_no_open_day_for_longer_than_a_year_is_refused(lumiere: Lumiere, browser: Client) -> None:
    first = date(2027, 1, 1)
    for days in (range(200), range(200, 380)):
        closing = Closing(first + timedelta(days[0]), first + timedelta(days[-1]), "")
        answer = browser.post(ADD, {"closing-first": closing.first, "closing-last": closing.last, "closing-name": ""})
    assert "would not be open on a single day for longer than a year from 1 January 2027" in answer.content.decode()
    lumiere.firm.refresh_from_db()
    assert len(closings_of(lumiere.firm)) == 1


@pytest.mark.rule("M30")
@pytest.mark.parametrize("path", [PAGE, EFFECT, ADD, REMOVE])
def test_employee_is_refused_whatever_they_may_do_else(lumiere: Lumiere, sign_in: SignIn, path: str) -> None:
    for person in (lumiere.emma, lumiere.paulo):
        browser = sign_in(person)
        assert browser.post(path, filled(lumiere.firm, signature__on="on")).status_code == 403
        assert (browser.get(PAGE).status_code, "/settings/reminders/" in browser.get("/").content.decode()) == (403, False)
    assert ReminderSetting.objects.count() == 0


@pytest.mark.rule("M30")
def test_admin_may_change_them(lumiere: Lumiere, sign_in: SignIn) -> None:
    assert save(sign_in(lumiere.amir), lumiere.firm, cap_a_week="4").status_code == 302
    assert lumiere.firm.cap_a_week == 4


def test_open_requests_are_shown_and_counted_before_anything_is_saved(lumiere: Lumiere, browser: Client) -> None:
    action = asked(lumiere)
    answer = save(browser, lumiere.firm, signature__on="on", cap_a_week="4")
    shown = " ".join(main_of(answer).text.split())
    assert "Signatures 1 open request follows this setting. Remind of open ones too? The first reminders would go on" in shown
    assert [Action.objects.get().schedule_from, ReminderSetting.objects.count(), lumiere.firm.cap_a_week] == [ScheduleFrom.USUAL, 0, None]
    answered = {"signature__on": "on", "cap_a_week": "4", "open__signature": "change", "shown__signature": "1"}
    assert save(browser, lumiere.firm, **answered).status_code == 302
    action.refresh_from_db()
    assert (action.schedule_from, action.reminders_on, action.scheduled_at, lumiere.firm.cap_a_week) == (ScheduleFrom.FIRM, True, NOW, 4)


@pytest.mark.parametrize(
    "answer",
    [
        {"open__signature": "change"},
        {"open__signature": "change", "shown__signature": "9"},
        {"open__signature": "x", "shown__signature": "1"},
    ],
)
def test_answer_that_is_none_asks_again(lumiere: Lumiere, browser: Client, answer: dict[str, object]) -> None:
    asked(lumiere)
    assert save(browser, lumiere.firm, signature__on="on", **answer).status_code == 200
    assert ReminderSetting.objects.count() == 0


def test_two_people_with_the_page_open_undo_nothing_of_each_other(lumiere: Lumiere, browser: Client) -> None:
    older_page = filled(lumiere.firm, signature__on="on", cap_a_week="4")
    Firm.objects.filter(pk=lumiere.firm.pk).update(send_days=[0, 1], latest_days=5)
    assert browser.post(PAGE, older_page).status_code == 302
    lumiere.firm.refresh_from_db()
    assert (lumiere.firm.send_days, lumiere.firm.latest_days, lumiere.firm.cap_a_week) == ([0, 1], 5, 4)


def test_same_setting_changed_by_two_is_asked_about_once(lumiere: Lumiere, browser: Client) -> None:
    older_page = filled(lumiere.firm, send_days=["0"], signature__every_days="9")
    ReminderSetting.objects.create(firm=lumiere.firm, kind="signature", every_days=7)
    Firm.objects.filter(pk=lumiere.firm.pk).update(send_days=[0, 1, 2, 3])
    shown = browser.post(PAGE, older_page)
    said = [str(error) for errors in shown.context["form"].errors.values() for error in errors]
    assert [("“Monday to Thursday”" in each, "“7”" in each) for each in said] == [(True, False), (False, True)]
    again = {"initial-send_days": ["0", "1", "2", "3"], "initial-signature-every_days": "7"}
    assert browser.post(PAGE, {**older_page, **again}).status_code == 302
    lumiere.firm.refresh_from_db()
    assert (lumiere.firm.send_days, nearest_of_kind(lumiere.firm, "signature").schedule.every_days) == ([0], 9)


def test_unknown_fields_set_nothing(lumiere: Lumiere, browser: Client) -> None:
    save(browser, lumiere.firm, sends_at_any_hour="on", name="Stolen", closings="[]", nothing__on="on")
    assert (lumiere.firm.sends_at_any_hour, lumiere.firm.name, ReminderSetting.objects.count()) == (False, "Cabinet Lumière", 0)


# --- Closed days -------------------------------------------------------------------------------------------------------


def add(browser: Client, first: object, last: object = "", name: str = "", **headers: str) -> Any:
    return browser.post(ADD, {"closing-first": first, "closing-last": last, "closing-name": name}, headers=headers)


@pytest.mark.rule("X03")
def test_closed_days_are_added_and_removed_without_the_page_and_without_scripts(lumiere: Lumiere, browser: Client) -> None:
    part = add(browser, "2026-12-24", "2027-01-02", "Christmas", hx_request="true").content.decode()
    assert ("<html" in part, 'id="calendar"' in part, "Christmas" in part, "The firm is closed then." in part) == (False, True, True, True)
    assert add(browser, "2026-11-13")["Location"] == PAGE
    lumiere.firm.refresh_from_db()
    assert [closing.row for closing in closings_of(lumiere.firm)] == [
        {"first": "2026-11-13", "last": "2026-11-13", "name": ""},
        {"first": "2026-12-24", "last": "2027-01-02", "name": "Christmas"},
    ]
    assert browser.post(REMOVE, {"first": "2026-11-13", "last": "2026-11-13", "name": ""})["Location"] == PAGE
    assert browser.post(REMOVE, {"first": "2026-11-13", "last": "2026-11-13", "name": ""})["Location"] == PAGE  # a colleague was quicker
    lumiere.firm.refresh_from_db()
    assert [closing.name for closing in closings_of(lumiere.firm)] == ["Christmas"]


@pytest.mark.rule("X03")
@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("", "", "This field is required."),
        ("2026-12-24", "2026-12-23", "The last day lies before the first."),
        ("2026-10-01", "", "These days are over."),
        ("2026-12-24", "2027-12-25", "A firm is closed for a year at most."),
        ("9999-12-31", "9999-12-31", "Choose days within the next three years."),
    ],
)  # fmt: skip
def test_closed_days_that_cannot_be_are_refused_and_kept(lumiere: Lumiere, browser: Client, first: str, last: str, sentence: str) -> None:
    answer = add(browser, first, last, "Christmas")
    shown = answer.content.decode()
    assert (answer.status_code, sentence in shown, 'value="Christmas"' in shown) == (200, True, True)
    assert lumiere.firm.closings == []


@pytest.mark.rule("X03")
def test_removing_closed_days_says_how_many_reminders_go_earlier(lumiere: Lumiere, browser: Client) -> None:
    closing = Closing(date(2026, 11, 4), date(2026, 11, 13), "Bridge")
    add_closing(firm=lumiere.firm, closing=closing, by=Actor.system(), now=NOW)
    ReminderSetting.objects.create(firm=lumiere.firm, kind="signature", on=True)
    asked(lumiere)
    answer = browser.post(REMOVE, closing.row)
    assert "1 reminder would go earlier than it does as things stand: on" in " ".join(answer.content.decode().split())
    lumiere.firm.refresh_from_db()
    assert closings_of(lumiere.firm) == (closing,)
    assert browser.post(REMOVE, {**closing.row, "open-earlier": "change", "shown-earlier": "1"})["Location"] == PAGE
    lumiere.firm.refresh_from_db()
    assert closings_of(lumiere.firm) == ()


@pytest.mark.rule("X03")
def test_months_name_each_closed_day_and_follow_what_is_typed(lumiere: Lumiere, browser: Client) -> None:
    november, december, january = browser.get(PAGE).context["months"]
    assert [named.name for named in november.named] == ["Toussaint", "Armistice"]
    assert [named.first for named in december.named + january.named] == [date(2026, 12, 25), date(2027, 1, 1)]
    shown = browser.post(EFFECT, filled(lumiere.firm, keeps_holidays=None, send_days=["0"])).context["months"]
    opened = [day.number for week in shown[0].weeks for day in week if day and day.is_open]
    assert (shown[0].named, opened) == ([], [2, 9, 16, 23, 30])


@pytest.mark.rule("X03")
def test_example_is_computed_from_the_firms_own_calendar(lumiere: Lumiere, browser: Client) -> None:
    example = browser.get(PAGE).context["example"]
    asked_on, shifted, counted = example.asked, example.shifted, example.counted
    assert (asked_on, shifted, counted) == (date(2026, 11, 6), date(2026, 11, 9), date(2026, 11, 12))  # the 11th is Armistice Day


@pytest.mark.parametrize("closings", [1, 3])
def test_page_asks_the_same_few_questions_however_many_closed_days(
    lumiere: Lumiere, browser: Client, django_assert_num_queries: Any, closings: int
) -> None:
    for day in range(closings):
        closing = Closing(date(2026, 12, 1 + day), date(2026, 12, 1 + day), "")
        add_closing(firm=lumiere.firm, closing=closing, by=Actor.system(), now=NOW)
    with django_assert_num_queries(7):
        browser.get(PAGE)
