"""What clients change themselves: who they are, and what they receive."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from clients.enums import Preference
from clients.models import AccountAddress, Contact
from firms.enums import ActorKind, Verb
from firms.models import ActivityLine
from notifications.models import Notice
from notifications.verdicts import Reason, Verdict
from tenancy.context import firm_context
from tests.factories import START, AddressFactory
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters
from tests.signing import asked, signed_in
from tests.story import live

Firms = tuple[Lumiere, Peeters]
PROFILE, PREFERENCES = "/portal/profile/", "/portal/preferences/"


def as_drawn(page: Any) -> dict[str, str]:
    """What the forms of a page would post if nothing were changed: hidden first values and all."""
    forms = page.context["forms"] if "forms" in page.context else [page.context["form"]]
    values: dict[str, str] = {}
    for form in forms:
        for field in form:
            drawn = field.initial
            values[field.html_initial_name] = str(drawn)
            if drawn is True:
                values[field.html_name] = "on"
            elif drawn is not False:
                values[field.html_name] = str(drawn)
    return values


def lines(lumiere: Lumiere, verb: Verb) -> list[tuple[Any, ...]]:
    with firm_context(lumiere.firm.pk):
        found = ActivityLine.objects.filter(verb=verb).order_by("pk")
        return list(found.values_list("actor_kind", "actor_name", "account_id", "subject", "detail", "old", "new"))


def nadia_of(lumiere: Lumiere) -> Contact:
    with firm_context(lumiere.firm.pk):
        return Contact.objects.get(pk=lumiere.nadia.pk)


# --- Who they are --------------------------------------------------------------------------------------------------------


def test_own_details_are_saved_and_the_firm_sees_who_did_it(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    posted = {**as_drawn(nadia.get(PROFILE)), "phone": "+33 6 12 34 56 78", "time_zone": "Indian/Reunion"}
    answer = nadia.post(PROFILE, posted, follow=True)
    assert (answer.redirect_chain, "Saved." in answer.content.decode()) == ([(PROFILE, 302)], True)
    assert (nadia_of(lumiere).phone, nadia_of(lumiere).time_zone) == ("+33 6 12 34 56 78", "Indian/Reunion")
    by = (ActorKind.CLIENT, "Nadia Lefèvre", lumiere.bakery.pk, "Nadia Lefèvre")
    assert lines(lumiere, Verb.CONTACT_CHANGED) == [
        (*by, "Téléphone", "", "+33 6 12 34 56 78"),
        (*by, "Fuseau", "", "La Réunion"),
    ]


def test_what_the_firm_changed_meanwhile_stays(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    drawn = as_drawn(nadia.get(PROFILE))
    with firm_context(lumiere.firm.pk):
        Contact.objects.filter(pk=lumiere.nadia.pk).update(phone="04 72 00 00 01")
    nadia.post(PROFILE, {**drawn, "first_name": "Nadja"})
    assert (nadia_of(lumiere).first_name, nadia_of(lumiere).phone) == ("Nadja", "04 72 00 00 01")


@pytest.mark.parametrize(
    ("field", "value"), [("last_name", ""), ("last_name", "x" * 81), ("language", "xx"), ("time_zone", "Mars/Olympus"), ("phone", "\0")]
)
def test_what_cannot_be_is_refused_with_a_sentence(nadia: Client, two_firms: Firms, field: str, value: str) -> None:
    page = nadia.post(PROFILE, {**as_drawn(nadia.get(PROFILE)), field: value})
    assert (page.status_code, list(page.context["form"].errors)) == (200, [field])
    assert lines(two_firms[0], Verb.CONTACT_CHANGED) == []


@pytest.mark.rule("M32")
def test_language_holds_at_once_on_pages_and_in_e_mails(nadia: Client, two_firms: Firms, mailbox: Mailbox) -> None:
    """Even where another one had been chosen in the foot of a page."""
    lumiere, _ = two_firms
    drawn = as_drawn(nadia.get(PROFILE))
    for language, saved, subject in [("fr", "C’est enregistré.", "Un document attend"), ("en", "Saved.", "A document is waiting")]:
        nadia.cookies["django_language"] = "en" if language == "fr" else "fr"
        page = nadia.post(PROFILE, {**drawn, "language": language, "initial-language": "es"}, follow=True)
        assert (page["Content-Language"], saved in page.content.decode()) == (language, True)
        asked(lumiere)
        with firm_context(lumiere.firm.pk):
            live(START)
        assert subject in str(mailbox.to("nadia@lefevre.example")[-1]["Subject"])


def test_addresses_can_be_read_and_are_the_firm_s_to_change(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        other = AddressFactory(firm=lumiere.firm, contact=lumiere.nadia, email="nadia@home.example")
        AccountAddress.objects.create(firm=lumiere.firm, account=lumiere.bakery, address=other)
    page = nadia.get(PROFILE).content.decode()
    assert [email in page for email in ("nadia@lefevre.example", "nadia@home.example", "paul@lefevre.example")] == [True, True, False]
    assert "To change or add an address, please ask Cabinet Lumière" in page


# --- What they receive ---------------------------------------------------------------------------------------------------


def key(use: AccountAddress, preference: str) -> str:
    return f"{use.account.code}-{use.address.code}-{preference}"


def wants(lumiere: Lumiere) -> Mapping[str, list[bool]]:
    with firm_context(lumiere.firm.pk):
        uses = AccountAddress.objects.filter(address__contact=lumiere.nadia).select_related("account")
        return {use.account.name: [getattr(use, preference) for preference in Preference.values] for use in uses}


@pytest.mark.rule("C24")
@pytest.mark.parametrize("preference", Preference.values)
def test_each_kind_is_switched_for_one_address_in_one_account(nadia: Client, two_firms: Firms, preference: str) -> None:
    lumiere, _ = two_firms
    posted = as_drawn(nadia.get(PREFERENCES))
    del posted[key(lumiere.nadia_at_bakery, preference)]
    answer = nadia.post(PREFERENCES, posted, follow=True)
    assert "Saved. Your contact at the firm sees what you chose." in answer.content.decode()
    on = [True] * 7
    assert wants(lumiere) == {"Boulangerie Lefèvre SRL": [each != preference for each in Preference.values], "SCI des Tilleuls": on}
    (line,) = lines(lumiere, Verb.PREFERENCE_CHANGED)
    assert line[:4] + line[5:] == (
        ActorKind.CLIENT, "Nadia Lefèvre", lumiere.bakery.pk, "nadia@lefevre.example", "activé", "désactivé",
    )  # fmt: skip


@pytest.mark.rule("C24", "C26")
def test_what_is_off_is_skipped_with_a_reason_that_staff_can_read(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    posted = as_drawn(nadia.get(PREFERENCES))
    del posted[key(lumiere.nadia_at_bakery, "wants_signatures")]
    nadia.post(PREFERENCES, posted)
    action = asked(lumiere)
    elsewhere = asked(lumiere, title="Bail", account=lumiere.tilleuls)
    with firm_context(lumiere.firm.pk):
        found = {notice.action_id: (notice.verdict, notice.reason) for notice in Notice.objects.filter(address=lumiere.nadia_address)}
    assert found == {action.pk: (Verdict.SKIP, Reason.PREFERENCE_OFF), elsewhere.pk: (Verdict.SEND, Reason.NAMED)}


def test_page_saved_as_it_was_drawn_changes_nothing_not_even_what_the_firm_changed(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    drawn = as_drawn(nadia.get(PREFERENCES))
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(wants_chats=False)
    assert nadia.post(PREFERENCES, drawn).status_code == 302
    assert wants(lumiere)["Boulangerie Lefèvre SRL"] == [each != "wants_chats" for each in Preference.values]
    assert lines(lumiere, Verb.PREFERENCE_CHANGED) == []


def test_nobody_else_s_address_and_no_account_without_login_stands_there(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(account=lumiere.tilleuls).update(login=False)
    page = nadia.get(PREFERENCES)
    assert [(form.use.account.name, form.use.address.email) for form in page.context["forms"]] == [
        ("Boulangerie Lefèvre SRL", "nadia@lefevre.example")
    ]
    nadia.post(PREFERENCES, {**as_drawn(page), f"initial-{key(lumiere.paul_at_bakery, 'wants_chats')}": "True"})
    assert lines(lumiere, Verb.PREFERENCE_CHANGED) == []


def test_notify_is_the_firm_s_and_the_page_says_where_it_is_off(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    sentence = "Cabinet Lumière sends nothing to this address at present."
    assert sentence not in nadia.get(PREFERENCES).content.decode()
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(pk=lumiere.nadia_at_tilleuls.pk).update(notify=False)
    assert nadia.get(PREFERENCES).content.decode().count(sentence) == 1


@pytest.mark.parametrize("addresses", [0, 2])
def test_pages_cost_the_same_however_many_addresses(
    nadia: Client, two_firms: Firms, addresses: int, django_assert_num_queries: Any
) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        for number in range(addresses):
            more = AddressFactory(firm=lumiere.firm, contact=lumiere.nadia, email=f"nadia{number}@home.example")
            AccountAddress.objects.create(firm=lumiere.firm, account=lumiere.bakery, address=more)
    for path in (PROFILE, PREFERENCES):
        with django_assert_num_queries(10):
            nadia.get(path)


@pytest.mark.parametrize("path", ["/portal/", "/portal/done/", PROFILE, PREFERENCES, "/portal/accounts/", "item"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_of_the_portal_names_the_product(nadia: Client, two_firms: Firms, path: str, language: str) -> None:
    action = asked(two_firms[0])
    nadia.cookies["django_language"] = language
    page = nadia.get(f"/a/{action.code}/" if path == "item" else path)
    shown = page.content.decode().lower().replace("/static/ui/relance.css", "")
    assert (page.status_code, "cabinet lumière" in shown, "relance" in shown) == (200, True, False)


@pytest.mark.rule("C24")
def test_staff_see_in_the_dialog_who_changed_it_last_and_where(nadia: Client, two_firms: Firms) -> None:
    lumiere, _ = two_firms
    dialog = f"/accounts/{lumiere.bakery.code}/addresses/{lumiere.nadia_address.code}/preferences/"
    claire = signed_in(lumiere.claire)
    assert "Last change" not in claire.get(dialog).content.decode()
    posted = as_drawn(nadia.get(PREFERENCES))
    del posted[key(lumiere.nadia_at_bakery, "wants_proposals")]
    nadia.post(PREFERENCES, posted)
    shown = claire.get(dialog).content.decode()
    assert "Last change: “Propositions” désactivé, by Nadia Lefèvre, " in shown  # as the activity has it, in the firm's language
    assert "Chosen in the client portal." in shown
