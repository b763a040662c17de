"""Asking many accounts: from the ticks in their list to what became of each."""

from typing import Any

import pytest
from django.test import Client

from actions.models import Action
from clients.models import Account, AccountAddress
from firms.models import Staff
from reminders.asking.running import take_turn
from reminders.models import AskBatch, ReminderSetting
from tenancy.context import firm_context
from tests.desk.reading import main_of, read
from tests.factories import START, AccountFactory
from tests.people import Lumiere, Peeters
from tests.reminders.asking.batches import confirmed, worded
from tests.signing import pdf_upload, signed_in

Firms = tuple[Lumiere, Peeters]


def start(client: Client, *accounts: Account, query: str = "", **more: str) -> Any:
    body = {"bulk": "ask", "chosen": "signature", "row": [account.code for account in accounts], **more}
    return client.post(f"/accounts/bulk/ask/start/{query}", body)


def words(client: Client, path: str, **changes: object) -> Any:
    body = {"document": pdf_upload(), "title": "Lettre 2027", "message": "Bonjour.", "rule": "main", "every_days": "3", "at_most": "1"}
    return client.post(path, {**body, **changes})


def work(lumiere: Lumiere) -> None:
    take_turn(lumiere.firm.pk, START)


def only_batch(lumiere: Lumiere) -> AskBatch:
    with firm_context(lumiere.firm.pk):
        return AskBatch.objects.get()


def actions(lumiere: Lumiere) -> list[str]:
    with firm_context(lumiere.firm.pk):
        return list(Action.objects.order_by("account__name_key").values_list("account__name", flat=True))


@pytest.mark.rule("D13", "X17")
def test_accounts_with_reminders_of_their_own_keep_them_where_the_batch_leaves_the_firms(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        ReminderSetting.objects.create(firm=lumiere.firm, kind="signature", on=True, every_days=4, at_most=2)
        ReminderSetting.objects.create(firm=lumiere.firm, account=lumiere.bakery, on=True, every_days=6, at_most=3)
    claire = signed_in(lumiere.claire)

    def ask(every_days: str) -> list[tuple[str, int, str]]:
        path = start(claire, lumiere.bakery, lumiere.tilleuls)["Location"]
        page = claire.get(path)
        assert [page.context["schedule_form"][name].value() for name in ("on", "every_days", "at_most")] == [True, 4, 2]
        assert "From the firm. Accounts with reminders of their own keep theirs, unless you change something here." in main_of(page).text
        shown = words(claire, path, on="on", every_days=every_days, at_most="2")["Location"]
        claire.post(f"{shown}confirm/")
        work(lumiere)
        with firm_context(lumiere.firm.pk):
            newest = Action.objects.order_by("-pk")[:2]
            return sorted((each.account.name, each.remind_every_days, each.schedule_from) for each in newest)

    assert ask("4") == [("Boulangerie Lefèvre SRL", 6, "account"), ("SCI des Tilleuls", 4, "firm")]
    assert ask("5") == [("Boulangerie Lefèvre SRL", 5, "action"), ("SCI des Tilleuls", 5, "action")]


def test_from_the_ticks_to_the_requests(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire = signed_in(lumiere.claire)
    dialog = claire.post("/accounts/bulk/ask/", {"row": [lumiere.bakery.code, lumiere.tilleuls.code]}, headers={"HX-Request": "true"})
    assert [h.text for h in read(dialog).find_all("h2")] == ["Ask 2 accounts"]
    path = start(claire, lumiere.bakery, lumiere.tilleuls)["Location"]
    assert "Of 2 accounts" in main_of(claire.get(path)).text
    shown = words(claire, path)["Location"]
    preview = main_of(claire.get(shown))
    assert "Ask 2 accounts" in [button.text for button in preview.find_all("button")]
    assert "What Boulangerie Lefèvre SRL gets" in preview.text
    assert actions(lumiere) == []
    claire.post(f"{shown}confirm/")
    assert "0 of 2 accounts" in main_of(claire.get(shown)).text
    assert claire.get(f"{shown}progress/").status_code == 200
    work(lumiere)
    assert claire.get(f"{shown}progress/")["HX-Redirect"] == shown
    done = main_of(claire.get(shown))
    assert "2 accounts are asked" in done.text
    assert actions(lumiere) == ["Boulangerie Lefèvre SRL", "SCI des Tilleuls"]
    assert len([link for link in done.links.values() if link.startswith("/requests/")]) >= 2


def test_a_second_submit_asks_nobody_twice(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire = signed_in(lumiere.claire)
    shown = words(claire, start(claire, lumiere.bakery)["Location"])["Location"]
    claire.post(f"{shown}confirm/")
    again = claire.post(f"{shown}confirm/", follow=True)
    assert "This has moved on meanwhile; here is where it stands." in again.content.decode()
    work(lumiere)
    assert claire.post(f"{shown}stop/", follow=True).status_code == 200
    assert claire.get(f"{shown}words/", follow=True).redirect_chain == [(shown, 302)]
    assert actions(lumiere) == ["Boulangerie Lefèvre SRL"]


def test_all_that_match_are_asked_but_not_too_many(two_firms: Firms, monkeypatch: pytest.MonkeyPatch) -> None:
    lumiere, _ = two_firms
    claire = signed_in(lumiere.claire)
    start(claire, query="?q=tilleuls", all="on")
    with firm_context(lumiere.firm.pk):
        assert [row.account.name for row in only_batch(lumiere).rows.all()] == ["SCI des Tilleuls"]
    monkeypatch.setattr("desk.account_ask.MOST", 1)
    assert "at most that many are changed at once" in start(claire, all="on").wsgi_request._messages._queued_messages[0].message


def test_words_can_be_changed_until_they_are_confirmed(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire = signed_in(lumiere.claire)
    path = start(claire, lumiere.bakery)["Location"]
    words(claire, path, on="on", every_days="8", due_on="2026-11-20")
    page = claire.get(path)
    form, schedule = page.context["form"], page.context["schedule_form"]
    assert (form["title"].value(), form["message"].value(), str(form["due_on"].value()), form.kept) == (
        "Lettre 2027", "Bonjour.", "2026-11-20", "lettre-de-mission-2027.pdf",
    )  # fmt: skip
    assert (schedule["on"].value(), schedule["every_days"].value()) == (True, 8)
    words(claire, path, document="", draft=form["draft"].value(), title="Autre")
    assert only_batch(lumiere).title == "Autre"


def test_what_is_wrong_is_said_and_nothing_is_lost(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire = signed_in(lumiere.claire)
    path = start(claire, lumiere.bakery)["Location"]
    page = words(claire, path, rule="nobody", due_on="2026-01-01")
    assert set(page.context["form"].errors) == {"rule", "due_on"}
    assert page.context["form"].kept == "lettre-de-mission-2027.pdf"
    assert only_batch(lumiere).state == "draft"


@pytest.mark.rule("D33")
def test_the_usual_message_is_kept_as_such(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire = signed_in(lumiere.claire)
    path = start(claire, lumiere.bakery)["Location"]
    usual = claire.get(path).context["form"]["message"].value()
    words(claire, path, message=usual)
    assert only_batch(lumiere).usual_message
    words(claire, path, message=usual + "!")
    assert not only_batch(lumiere).usual_message


@pytest.mark.rule("M28")
def test_the_preview_says_who_is_left_out_and_why(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        Account.objects.filter(pk=lumiere.tilleuls.pk).update(archived_at=START)
        AccountAddress.objects.filter(account=lumiere.bakery).update(notify=False)
        AccountFactory(firm=lumiere.firm, name="Garage Sud", relation="supplier")
        accounts = list(Account.objects.all())
        batch = worded(lumiere.claire, accounts)
    text = main_of(signed_in(lumiere.claire).get(f"/requests/new/several/{batch.code}/")).text
    assert "1 account is left out : It is archived. SCI des Tilleuls" in text.replace(": ", " : ").replace("  ", " ")
    assert "It is a supplier: nothing is asked of it." in text
    assert "In 1 account nobody would be told Boulangerie Lefèvre SRL" in text
    assert "Ask all the same" in text


def test_the_result_names_the_accounts_that_were_left_out(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        batch = confirmed(lumiere.claire, [lumiere.bakery, lumiere.tilleuls])
        Account.objects.filter(pk=lumiere.tilleuls.pk).update(archived_at=START)
    work(lumiere)
    claire = signed_in(lumiere.claire)
    assert "1 account was left out" in main_of(claire.get(f"/requests/new/several/{batch.code}/")).text
    assert main_of(claire.get(f"/requests/new/several/{batch.code}/?show=left")).items[-1] == "SD SCI des Tilleuls It is archived."


@pytest.mark.rule("X20", "M30")
def test_a_batch_is_its_maker_s_alone(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        batch = worded(lumiere.emma, [lumiere.bakery])
    for part in ("", "words/", "progress/"):
        path = f"/requests/new/several/{batch.code}/{part}"
        assert [signed_in(who).get(path).status_code for who in (lumiere.claire, lumiere.paulo, peeters.wim)] == [404, 404, 404]
    for part in ("confirm/", "stop/"):
        assert signed_in(peeters.wim).post(f"/requests/new/several/{batch.code}/{part}").status_code == 404
    assert only_batch(lumiere).state == "ready"


def test_what_one_may_no_longer_see_is_not_shown(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        batch = confirmed(lumiere.emma, [lumiere.bakery])
    work(lumiere)
    with firm_context(lumiere.firm.pk):
        Staff.objects.filter(pk=lumiere.emma.pk).update(rights=["manage_actions"])
    assert "Boulangerie" not in main_of(signed_in(lumiere.emma).get(f"/requests/new/several/{batch.code}/")).text


def test_who_may_ask_nobody_cannot_begin(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    assert start(signed_in(lumiere.paulo), lumiere.bakery).status_code == 403
    assert start(signed_in(lumiere.claire), lumiere.bakery, chosen="letter").status_code == 404
    start(signed_in(peeters.wim), lumiere.bakery)
    with firm_context(lumiere.firm.pk):
        assert AskBatch.objects.count() == 0
    with firm_context(peeters.firm.pk):
        assert AskBatch.objects.count() == 0


PAGES = {"words/": 11, "": 14}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("part", PAGES)
def test_pages_cost_the_same_however_many_accounts(two_firms: Firms, count: int, part: str, django_assert_num_queries: Any) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        garages: list[Account] = [AccountFactory(firm=lumiere.firm, name=f"Garage {n}") for n in range(count - 1)]
        batch = worded(lumiere.claire, [lumiere.bakery, *garages])
    claire = signed_in(lumiere.claire)
    claire.get(f"/requests/new/several/{batch.code}/{part}")
    with django_assert_num_queries(PAGES[part]):
        claire.get(f"/requests/new/several/{batch.code}/{part}")


@pytest.mark.parametrize("count", [1, 3])
def test_result_and_list_cost_the_same_however_many(two_firms: Firms, count: int, django_assert_num_queries: Any) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        accounts = [AccountFactory(firm=lumiere.firm, name=f"Garage {n}") for n in range(count)]
        for account in accounts:
            lumiere.nadia.links.create(firm=lumiere.firm, account=account)
        batch = confirmed(lumiere.claire, accounts, asks_unheard=True)
    work(lumiere)
    claire = signed_in(lumiere.claire)
    claire.get("/requests/new/several/")
    with django_assert_num_queries(10):
        claire.get("/requests/new/several/")
    with django_assert_num_queries(12):
        claire.get(f"/requests/new/several/{batch.code}/")


def test_an_empty_list_says_how_to_begin(two_firms: Firms) -> None:
    assert "Nothing asked of several accounts yet" in main_of(signed_in(two_firms[0].claire).get("/requests/new/several/")).text
