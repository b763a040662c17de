"""Asking one account, whatever its kind, from the choice to the message that the client gets."""

import re
from typing import Any

import pytest
from django.test import Client

from actions.enums import ScheduleFrom
from actions.kinds import all_kinds
from actions.models import Action
from notifications.models import Notice
from reminders.models import ReminderSetting
from reminders.standing import schedule_of
from reminders.topics import OtherTopic
from tenancy.context import firm_context
from tests.chatting import wrote
from tests.documenting import documents_asked
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.parallel import at_once
from tests.people import Lumiere, Peeters, make_lumiere
from tests.signing import asked, fresh, pdf_upload, signed_in
from tests.story import live

Firms = tuple[Lumiere, Peeters]
USUAL = "Veuillez lire le document et le signer. Si quelque chose n’est pas clair, demandez-nous."


NUMBERS = ("on", "every_days", "at_most")
DOCUMENTS = {"title": "Relevés", "period": "", "message": "", "every_days": "3", "at_most": "1"}


def new(lumiere: Lumiere) -> str:
    return f"/requests/new/signature/?account={lumiere.bakery.code}"


def show_messages(lumiere: Lumiere) -> None:
    with firm_context(lumiere.firm.pk):
        lumiere.firm.show_context = True
        lumiere.firm.save()


def once_in(page: Any) -> str:
    """The token of the form on a page."""
    (token,) = re.findall(r'name="once" value="(\w+)"', page.content.decode())
    return str(token)


def send(client: Client, lumiere: Lumiere, **changes: Any) -> Action:
    body = {"document": pdf_upload(), "people": [lumiere.nadia.code], "every_days": "3", "at_most": "1", **changes}
    assert client.post(new(lumiere), body).status_code == 302
    with firm_context(lumiere.firm.pk):
        return Action.objects.latest("pk")


@pytest.mark.rule("D33")
def test_a_message_left_alone_is_the_usual_one_in_the_client_s_language(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    show_messages(lumiere)
    claire = signed_in(lumiere.claire)
    proposed = claire.get(new(lumiere)).context["form"]["message"].value()
    assert proposed == USUAL
    send(claire, lumiere, message=proposed)
    live(START)
    (message,) = mailbox.to("nadia@lefevre.example")
    assert USUAL in " ".join(text_of(message).split())


@pytest.mark.rule("D33")
def test_an_edited_message_is_what_the_client_gets(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    show_messages(lumiere)
    send(signed_in(lumiere.claire), lumiere, message="Chère Nadia,\r\nla lettre de cette année.")
    live(START)
    (message,) = mailbox.to("nadia@lefevre.example")
    said = " ".join(text_of(message).split())
    assert ("Chère Nadia, la lettre de cette année." in said, USUAL in said) == (True, False)


@pytest.mark.rule("D06", "D33")
def test_the_message_may_be_edited_before_a_resend(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    show_messages(lumiere)
    action = asked(lumiere, message="La première.")
    live(START)
    claire = signed_in(lumiere.claire)
    page = claire.get(f"/requests/{action.code}/")
    assert page.context["resend_form"]["message"].value() == "La première."
    claire.post(f"/requests/{action.code}/resend/", {"message": "La seconde."})
    live(START)
    first, second = mailbox.to("nadia@lefevre.example")
    assert [("La première." in text_of(each), "La seconde." in text_of(each)) for each in (first, second)] == [(True, False), (False, True)]


def test_a_message_that_is_too_long_is_not_sent_again(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere, message="Bonjour.")
    page = signed_in(lumiere.claire).post(f"/requests/{action.code}/resend/", {"message": "x" * 2001}, follow=True)
    assert "at most 2000 characters" in page.content.decode()
    assert fresh(action).message == "Bonjour."


@pytest.mark.rule("D13", "D14", "D15")
def test_reminders_are_switched_on_in_the_form(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire = signed_in(lumiere.claire)
    schedule = claire.get(new(lumiere)).context["schedule_form"]
    assert {name: schedule[name].value() for name in ("on", "every_days", "at_most")} == {"on": False, "every_days": 3, "at_most": 1}
    action = send(claire, lumiere, on="on", every_days="6", at_most="3")
    assert (schedule_of(action).on, action.remind_every_days, action.remind_max) == (True, 6, 3)


def test_a_request_belongs_to_a_conversation_of_its_own_account_alone(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire = signed_in(lumiere.claire)
    with firm_context(lumiere.firm.pk):
        chat = wrote(lumiere)
    chosen = claire.get(f"/requests/new/documents/?topic={chat.topic}").content.decode()
    assert f'"/requests/new/documents/?account={lumiere.tilleuls.code}"' in chosen
    assert ["&amp;topic" in chosen, 'name="topic"' in chosen] == [False, False]
    for account in (lumiere.bakery, lumiere.tilleuls):
        claire.post(f"/requests/new/documents/?account={account.code}&topic={chat.topic}", DOCUMENTS)
    with firm_context(lumiere.firm.pk):
        asked_for = Action.objects.filter(kind="documents").order_by("pk")
        assert [(a.account, a.topic) for a in asked_for] == [(lumiere.bakery, chat.topic), (lumiere.tilleuls, "")]
        with pytest.raises(OtherTopic):
            documents_asked(lumiere, topic=wrote(lumiere, account=lumiere.tilleuls).topic)


def test_a_form_that_comes_twice_asks_once(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire, address = signed_in(lumiere.claire), f"/requests/new/documents/?account={lumiere.bakery.code}"
    once = once_in(claire.get(address))
    made, again, changed = (
        claire.post(address, {**DOCUMENTS, "once": once, "title": title}) for title in ("Relevés", "Relevés", "Factures")
    )
    with firm_context(lumiere.firm.pk):
        assert list(Action.objects.order_by("pk").values_list("title", flat=True)) == ["Relevés", "Factures"]
        assert Notice.objects.filter(action__title="Relevés").count() == 2  # Nadia and Paul
    assert made["Location"] == again["Location"] != changed["Location"]


def test_a_form_that_was_refused_asks_once_it_is_right(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire, address = signed_in(lumiere.claire), new(lumiere)
    once = once_in(claire.get(address))
    assert [claire.post(address, {"once": once}).status_code for _ in range(2)] == [200, 200]
    body = {"document": pdf_upload(), "people": [lumiere.nadia.code], "every_days": "3", "at_most": "1", "once": once}
    assert claire.post(address, body).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_that_come_at_the_same_moment_one_asks() -> None:
    lumiere = make_lumiere()
    address, body = f"/requests/new/documents/?account={lumiere.bakery.code}", {**DOCUMENTS, "once": "ABCDEFGH2345"}
    browsers = [signed_in(lumiere.claire), signed_in(lumiere.claire)]
    answers = at_once(*[lambda browser=browser: browser.post(address, body)["Location"] for browser in browsers])
    with firm_context(lumiere.firm.pk):
        assert answers == [f"/requests/{Action.objects.get().code}/"] * 2


@pytest.mark.parametrize("kind", [kind.key for kind in all_kinds()])
def test_every_kind_can_be_asked_for_by_whoever_may(two_firms: Firms, kind: str) -> None:
    lumiere, peeters = two_firms
    path = f"/requests/new/{kind}/?account={lumiere.bakery.code}"
    page = signed_in(lumiere.claire).get(path)
    assert (page.status_code, page.content.decode().count('name="on"')) == (200, 1)
    assert [signed_in(other).get(path).status_code for other in (lumiere.paulo, peeters.wim)] == [404, 404]


def test_a_kind_that_is_none_is_not_found(two_firms: Firms) -> None:
    claire = signed_in(two_firms[0].claire)
    assert [claire.get(f"/requests/new/{kind}/").status_code for kind in ("letter", "several-x", "recipients")] == [404, 404, 404]


def test_the_beginning_offers_every_kind(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    page = signed_in(lumiere.claire).get("/requests/new/?account=X&file=Y").content.decode()
    assert [f"/requests/new/{kind.key}/?file=Y" in page for kind in all_kinds()] == [True] * len(all_kinds())
    assert signed_in(lumiere.paulo).get("/requests/new/").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_costs_the_same_however_many_templates(two_firms: Firms, count: int, django_assert_num_queries: Any) -> None:
    lumiere, _ = two_firms
    claire = signed_in(lumiere.claire)
    for _number in range(count):
        body = {"title": "Bilan", "every_days": "3", "at_most": "1", "save_template": "on"}
        claire.post(new(lumiere), body)
    claire.get(new(lumiere))
    with django_assert_num_queries(13):  # one of them finds whose reminder setting is the nearest
        claire.get(new(lumiere))


@pytest.mark.rule("X22")
def test_nobody_ticked_where_nobody_must_be_means_everybody_who_is_notified(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire = signed_in(lumiere.claire)
    shown = claire.get("/requests/new/client_task/recipients/", {"account": lumiere.bakery.code})
    assert (shown.context["meant"], shown.context["told"]) == (True, 2)
    body = {"title": "Papiers", "task_text": ["Relevés"], "every_days": "3", "at_most": "1"}
    claire.post(f"/requests/new/client_task/?account={lumiere.bakery.code}", body)
    with firm_context(lumiere.firm.pk):
        written = {(notice.email, notice.verdict != "skip") for notice in Notice.objects.all()}
    assert {(row.address, row.gets_it) for row in shown.context["gets"]} == written


@pytest.mark.rule("D13", "X17")
def test_form_shows_the_nearest_setting_and_says_whose_it_is(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire = signed_in(lumiere.claire)
    assert "As usual: the firm has set nothing of its own." in claire.get(new(lumiere)).content.decode()
    with firm_context(lumiere.firm.pk):
        ReminderSetting.objects.create(firm=lumiere.firm, account=lumiere.bakery, on=True, every_days=6, at_most=2)
    page = claire.get(new(lumiere))
    assert "From the account. Changed here, it holds for this request alone." in page.content.decode()
    assert {name: page.context["schedule_form"][name].value() for name in NUMBERS} == {"on": True, "every_days": 6, "at_most": 2}
    left, changed = ({"on": "on", "every_days": days, "at_most": "2"} for days in ("6", "7"))
    sources = [send(claire, lumiere, **numbers).schedule_from for numbers in (left, changed)]
    assert sources == [ScheduleFrom.ACCOUNT, ScheduleFrom.ACTION]
