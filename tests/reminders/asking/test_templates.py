"""Templates of requests: kept while asking or in the settings, used in the form."""

from typing import Any

import pytest
from django.test import Client

from firms.enums import Verb
from firms.models import ActivityLine
from reminders.asking.templates import LONGEST_NAME, next_name
from reminders.models import RequestTemplate
from tenancy.context import firm_context
from tests.people import Lumiere, Peeters
from tests.signing import pdf_upload, signed_in

Firms = tuple[Lumiere, Peeters]
LIST = "/settings/request-templates/"
NEW = f"{LIST}new/?kind=signature"
HOSTILE = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "{{ firm }}{% load x %}", "@TITLE@ %(name)s"]
FILLED = {
    "kept_as": "Mission letter", "title": "Lettre de mission", "message": "Bonjour.", "days_until_due": "14",
    "on": "on", "every_days": "5", "at_most": "2",
}  # fmt: skip


def templates(lumiere: Lumiere) -> list[RequestTemplate]:
    with firm_context(lumiere.firm.pk):
        return list(RequestTemplate.objects.order_by("name"))


def sentences(lumiere: Lumiere) -> list[str]:
    with firm_context(lumiere.firm.pk):
        lines = ActivityLine.objects.filter(verb__in=[Verb.TEMPLATE_ADDED, Verb.TEMPLATE_CHANGED, Verb.TEMPLATE_DELETED])
        return [line.sentence for line in lines.order_by("pk")]


def made(lumiere: Lumiere, **changes: str) -> RequestTemplate:
    answer = signed_in(lumiere.claire).post(NEW, {**FILLED, **changes})
    assert answer.status_code == 302, answer.context["name_form"].errors
    return next(template for template in templates(lumiere) if template.name == changes.get("kept_as", "Mission letter"))


def test_a_template_is_made_changed_duplicated_and_deleted(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire, template = signed_in(lumiere.claire), made(lumiere)
    assert (template.title, template.message, template.days_until_due) == ("Lettre de mission", "Bonjour.", 14)
    assert (template.reminders_on, template.remind_every_days, template.remind_max, template.payload) == (True, 5, 2, {})
    claire.post(f"{LIST}{template.code}/", {**FILLED, "kept_as": "Letter", "days_until_due": ""})
    claire.post(f"{LIST}{template.code}/duplicate/")
    claire.post(f"{LIST}{template.code}/duplicate/")
    assert [(each.name, each.days_until_due) for each in templates(lumiere)] == [
        ("Letter", None),
        ("Letter (copy 2)", None),
        ("Letter (copy)", None),
    ]
    claire.post(f"{LIST}{template.code}/delete/")
    assert [each.name for each in templates(lumiere)] == ["Letter (copy 2)", "Letter (copy)"]
    assert sentences(lumiere) == [
        "added the request template “Mission letter”", "changed the request template “Letter”",
        "added the request template “Letter (copy)”", "added the request template “Letter (copy 2)”",
        "deleted the request template “Letter”",
    ]  # fmt: skip


def test_a_name_is_another_template_s_only_once(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    made(lumiere)
    page = signed_in(lumiere.claire).post(NEW, FILLED)
    assert page.context["name_form"].errors == {"kept_as": ["Another template of this kind has this name."]}
    assert page.context["form"]["message"].value() == "Bonjour."


def test_the_next_name_is_never_too_long() -> None:
    name = "x" * LONGEST_NAME
    assert next_name(name, {name}) == "x" * (LONGEST_NAME - 7) + " (copy)"
    assert next_name(name, {name, "x" * (LONGEST_NAME - 7) + " (copy)"}) == "x" * (LONGEST_NAME - 9) + " (copy 2)"


def form_of(client: Client, lumiere: Lumiere, query: str) -> Any:
    return client.get(f"/requests/new/signature/?account={lumiere.bakery.code}&{query}")


def test_a_template_fills_the_form_and_nothing_is_sent(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    template = made(lumiere)
    page = form_of(signed_in(lumiere.claire), lumiere, f"template={template.code}&topic=ABC")
    form, schedule = page.context["form"], page.context["schedule_form"]
    assert {name: str(form[name].value()) for name in ("title", "message", "due_on")} == {
        "title": "Lettre de mission", "message": "Bonjour.", "due_on": "2026-11-16",
    }  # fmt: skip
    assert {name: schedule[name].value() for name in ("on", "every_days", "at_most")} == {"on": True, "every_days": 5, "at_most": 2}
    assert page.context["templates"] == [(template, f"?account={lumiere.bakery.code}&template={template.code}&topic=ABC")]


def test_a_template_with_the_usual_message_speaks_the_account_s_language(two_firms: Firms) -> None:
    """Claire reads English, the bakery French."""
    lumiere, _ = two_firms
    template = made(lumiere, message="Please read the document and sign it. If anything is unclear, just ask us.")
    assert template.message == ""
    page = form_of(signed_in(lumiere.claire), lumiere, f"template={template.code}")
    assert (
        page.context["form"]["message"].value()
        == "Veuillez lire le document et le signer. Si quelque chose n’est pas clair, demandez-nous."
    )


@pytest.mark.parametrize("code", ["", "x", "AAAAAAAAAAAA", "\x00", "../x"])
def test_a_template_that_is_none_leaves_the_form_as_usual(two_firms: Firms, code: str) -> None:
    lumiere, _ = two_firms
    page = signed_in(lumiere.claire).get("/requests/new/signature/", {"account": lumiere.bakery.code, "template": code})
    assert (page.status_code, page.context["form"]["title"].value()) == (200, None)


def test_what_is_being_asked_is_kept_as_a_template_and_stays_in_the_form(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire = signed_in(lumiere.claire)
    body = {
        "document": pdf_upload(), "title": "Bilan 2026", "message": "Voici.", "people": [lumiere.nadia.code], "due_on": "2026-11-10",
        "on": "on", "every_days": "4", "at_most": "3", "save_template": "on",
    }  # fmt: skip
    page = claire.post(f"/requests/new/signature/?account={lumiere.bakery.code}", body)
    (template,) = templates(lumiere)
    assert (template.name, template.title, template.message, template.payload) == ("Bilan 2026", "Bilan 2026", "Voici.", {})
    form = page.context["form"]
    assert (form.errors, form.kept, form["people"].value()) == ({}, "lettre-de-mission-2027.pdf", [lumiere.nadia.code])
    assert str(form["due_on"].value()) == "2026-11-10"
    again = {**body, "document": "", "draft": form["draft"].value()}
    claire.post(f"/requests/new/signature/?account={lumiere.bakery.code}", again)
    assert [each.name for each in templates(lumiere)] == ["Bilan 2026", "Bilan 2026 (copy)"]


def test_the_usual_message_of_an_account_is_kept_as_the_usual_one(two_firms: Firms) -> None:
    lumiere, _ = two_firms
    claire, path = signed_in(lumiere.claire), f"/requests/new/signature/?account={lumiere.bakery.code}"
    usual = claire.get(path).context["form"]["message"].value()
    claire.post(path, {"title": "Bilan", "message": usual, "every_days": "3", "at_most": "1", "save_template": "on"})
    assert [template.message for template in templates(lumiere)] == [""]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(two_firms: Firms, text: str) -> None:
    lumiere, _ = two_firms
    template = made(lumiere, kept_as=text, title=text, message=text)
    claire = signed_in(lumiere.claire)
    pages = [claire.get(path).content.decode() for path in (LIST, f"{LIST}{template.code}/")]
    pages.append(form_of(claire, lumiere, f"template={template.code}").content.decode())
    assert ["<script>alert" in page for page in pages] == [False, False, False]
    assert form_of(claire, lumiere, f"template={template.code}").context["form"]["message"].value() == text


@pytest.mark.rule("X20")
def test_templates_are_the_firm_s_and_changed_by_whoever_manages_requests(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    template = made(lumiere)
    paths = [LIST, NEW, f"{LIST}{template.code}/"]
    assert [signed_in(lumiere.emma).get(path).status_code for path in paths] == [200, 200, 200]
    assert [signed_in(lumiere.paulo).get(path).status_code for path in paths] == [403, 403, 403]
    assert [signed_in(peeters.wim).get(path).status_code for path in paths] == [200, 200, 404]
    assert signed_in(peeters.wim).post(f"{LIST}{template.code}/delete/").status_code == 404
    assert signed_in(lumiere.paulo).post(f"{LIST}{template.code}/delete/").status_code == 403
    garage = peeters.garage.code
    page = signed_in(peeters.wim).get(f"/requests/new/signature/?account={garage}&template={template.code}")
    assert (page.context["form"]["title"].value(), page.context["templates"]) == (None, [])
    assert templates(lumiere) == [template]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many(two_firms: Firms, count: int, django_assert_num_queries: Any) -> None:
    lumiere, _ = two_firms
    for number in range(count):
        made(lumiere, kept_as=f"Letter {number}")
    claire = signed_in(lumiere.claire)
    claire.get(LIST)
    with django_assert_num_queries(9):
        claire.get(LIST)


def test_an_empty_list_says_what_a_template_is(two_firms: Firms) -> None:
    assert "No template yet" in signed_in(two_firms[0].claire).get(LIST).content.decode()
