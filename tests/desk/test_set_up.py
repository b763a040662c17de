"""The guide through a new firm's first settings, and Settings > Place and language."""

import io
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from actions.models import Action
from firms.enums import Verb
from firms.models import ActivityLine, Firm
from lib import clock
from tests.desk.reading import main_of, read
from tests.people import Lumiere
from tests.signing import signed_in
from tests.story import ask_signature

PLACE = {"name": "Cabinet Lumière", "language": "fr", "country": "FR", "region": "6AE", "time_zone": "Europe/Paris"}
CONTACT = {
    "email": "bonjour@lumiere.example",
    "address_line": "12 quai Saint-Antoine",
    "phone": "+33 4 72 00 00 00",
    "website": "lumiere.example",
}


@pytest.fixture
def new_firm(lumiere: Lumiere) -> Lumiere:
    Firm.objects.filter(pk=lumiere.firm.pk).update(set_up_at=None)
    lumiere.firm.refresh_from_db()
    return lumiere


def fresh(lumiere: Lumiere) -> Firm:
    return Firm.objects.get(pk=lumiere.firm.pk)


def post(lumiere: Lumiere, number: int, words: dict[str, Any], *, by: str = "claire") -> Any:
    return signed_in(getattr(lumiere, by)).post(f"/setup/{number}/", words)


def logo() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (200, 100), "#1d5546").save(file, "PNG")
    return SimpleUploadedFile("logo.png", file.getvalue(), "image/png")


# --- The guide -----------------------------------------------------------------------------------------------------------


def test_guide_is_gone_through_step_by_step(new_firm: Lumiere) -> None:
    assert signed_in(new_firm.claire).get("/setup/")["Location"] == "/setup/1/"
    assert post(new_firm, 1, PLACE)["Location"] == "/setup/2/"
    assert post(new_firm, 2, CONTACT)["Location"] == "/setup/3/"
    assert post(new_firm, 3, {"color": "#1d5546", "logo_file": logo()})["Location"] == "/setup/4/"
    assert fresh(new_firm).set_up_at is None
    assert post(new_firm, 4, {"show_context": "no"})["Location"] == "/"
    firm = fresh(new_firm)
    assert (firm.region, firm.email, firm.website, firm.color, firm.show_context) == (
        "6AE", "bonjour@lumiere.example", "https://lumiere.example", "#1d5546", False,
    )  # fmt: skip
    assert (bool(firm.logo), firm.set_up_at is not None, firm.set_up_step) == (True, True, 4)


@pytest.mark.rule("X03")
def test_another_place_lets_the_sweep_look_at_once_as_its_settings_page_does(new_firm: Lumiere) -> None:
    """Other public holidays: what they put off may be due earlier."""
    action = ask_signature(new_firm, now=clock.now())
    post(new_firm, 1, PLACE | {"region": ""})
    assert next_look(action) > clock.now()
    post(new_firm, 1, PLACE | {"country": "BE", "region": "", "time_zone": "Europe/Brussels"})
    assert fresh(new_firm).country == "BE"
    assert next_look(action) <= clock.now()


def next_look(action: Action) -> datetime:
    at = Action.objects.get(pk=action.pk).next_reminder_at
    assert at is not None
    return at


def test_each_change_is_a_line(new_firm: Lumiere) -> None:
    post(new_firm, 1, PLACE)
    lines = ActivityLine.objects.filter(verb=Verb.FIRM_CHANGED).values_list("actor_name", "detail", "old", "new")
    assert list(lines) == [("Claire Moreau", "Region", "", "Alsace")]


@pytest.mark.rule("M5")
def test_question_about_context_has_no_answer_beforehand_and_needs_one(new_firm: Lumiere) -> None:
    Firm.objects.filter(pk=new_firm.firm.pk).update(set_up_step=3)
    page = read(signed_in(new_firm.claire).get("/setup/4/"))
    assert [(radio.attrs["value"], "checked" in radio.attrs) for radio in page.find_all("input", type="radio")] == [
        ("no", False),
        ("yes", False),
    ]
    answer = post(new_firm, 4, {})
    assert answer.context["form"].errors["show_context"] == ["Choose one of the two. You can change it at any time in the firm settings."]
    assert fresh(new_firm).set_up_at is None
    post(new_firm, 4, {"show_context": "yes"})
    assert (fresh(new_firm).show_context, fresh(new_firm).set_up_at is not None) == (True, True)


def test_steps_cannot_be_skipped_but_be_gone_back_to(new_firm: Lumiere) -> None:
    browser = signed_in(new_firm.claire)
    assert browser.get("/setup/3/")["Location"] == "/setup/"
    assert post(new_firm, 4, {"show_context": "yes"})["Location"] == "/setup/"
    post(new_firm, 1, PLACE)
    post(new_firm, 2, CONTACT)
    assert browser.get("/setup/1/").context["form"]["region"].value() == "6AE"
    post(new_firm, 1, {**PLACE, "region": ""})
    assert (fresh(new_firm).set_up_step, fresh(new_firm).region) == (2, "")


def test_details_and_look_may_be_skipped_and_nothing_of_them_is_saved(new_firm: Lumiere) -> None:
    post(new_firm, 1, PLACE)
    before = fresh(new_firm)
    assert post(new_firm, 2, {**CONTACT, "email": "no address", "skip": "yes"})["Location"] == "/setup/3/"
    assert post(new_firm, 3, {"color": "#000000", "skip": "yes"})["Location"] == "/setup/4/"
    firm = fresh(new_firm)
    assert (firm.email, firm.phone, firm.color, firm.set_up_step) == (before.email, before.phone, before.color, 3)


def test_place_and_the_question_are_never_skipped(new_firm: Lumiere) -> None:
    assert list(post(new_firm, 1, {"skip": "yes"}).context["form"].errors) == ["name", "language", "country", "time_zone"]
    Firm.objects.filter(pk=new_firm.firm.pk).update(set_up_step=3)
    assert list(post(new_firm, 4, {"skip": "yes"}).context["form"].errors) == ["show_context"]
    offered = ["Skip this step" in main_of(signed_in(new_firm.claire).get(f"/setup/{number}/")).text for number in (1, 2, 3, 4)]
    assert (offered, fresh(new_firm).set_up_at) == ([False, True, True, False], None)


def test_wrong_answer_is_named_and_the_step_stays(new_firm: Lumiere) -> None:
    answer = post(new_firm, 1, {**PLACE, "country": "BE", "name": " "})
    assert sorted(answer.context["form"].errors) == ["name", "region"]
    assert fresh(new_firm).set_up_step == 0


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "https://"])
def test_website_that_is_none_is_refused(new_firm: Lumiere, typed: str) -> None:
    post(new_firm, 1, PLACE)
    assert list(post(new_firm, 2, {**CONTACT, "website": typed}).context["form"].errors) == ["website"]


def test_other_settings_cannot_be_slipped_in(new_firm: Lumiere) -> None:
    post(new_firm, 1, {**PLACE, "show_context": "on", "copy_on": "on", "copy_to": "thief@evil.example", "reply_to": "thief@evil.example"})
    post(new_firm, 2, {**CONTACT, "copy_on": "on", "copy_to": "thief@evil.example", "reply_to": "thief@evil.example"})
    firm = fresh(new_firm)
    assert (firm.show_context, firm.copy_on, firm.copy_to, firm.reply_to, firm.set_up_step) == (False, False, "", "", 2)


def test_start_page_offers_to_finish_and_only_to_those_who_may(new_firm: Lumiere) -> None:
    post(new_firm, 1, PLACE)
    for who, offered in (("claire", True), ("amir", True), ("emma", False)):
        main = main_of(signed_in(getattr(new_firm, who)).get("/"))
        assert ("Finish setting up (1 of 4)" in main.text) is offered
        assert (main.links.get("Go on") == "/setup/") is offered


def test_firm_that_is_set_up_has_no_guide(lumiere: Lumiere) -> None:
    browser = signed_in(lumiere.claire)
    assert "Finish setting up" not in main_of(browser.get("/")).text
    assert browser.get("/setup/")["Location"] == "/settings/firm/"
    assert browser.post("/setup/1/", PLACE)["Location"] == "/setup/"
    assert browser.get("/setup/5/").status_code == 404


@pytest.mark.rule("A19")
def test_employee_has_no_guide(new_firm: Lumiere) -> None:
    assert [signed_in(new_firm.emma).get(path).status_code for path in ("/setup/", "/setup/1/")] == [403, 403]
    assert post(new_firm, 1, {**PLACE, "name": "Stolen"}, by="emma").status_code == 403
    assert fresh(new_firm).name == "Cabinet Lumière"


# --- Settings > Place and language ---------------------------------------------------------------------------------------


def settle(lumiere: Lumiere, **changes: str) -> Any:
    words = {name: value for name, value in PLACE.items() if name != "name"}
    return signed_in(lumiere.claire).post("/settings/place/", {**words, **changes})


def test_place_is_saved_with_a_line_for_each_change(lumiere: Lumiere) -> None:
    assert settle(lumiere, country="ES", region="CT", time_zone="Europe/Madrid")["Location"] == "/settings/place/"
    firm = fresh(lumiere)
    assert (firm.country, firm.region, firm.time_zone, firm.zone.key) == ("ES", "CT", "Europe/Madrid", "Europe/Madrid")
    assert list(ActivityLine.objects.filter(verb=Verb.FIRM_CHANGED).order_by("pk").values_list("detail", flat=True)) == [
        "Country", "Region", "Time zone",
    ]  # fmt: skip


def test_region_of_another_country_is_refused(lumiere: Lumiere) -> None:
    errors = settle(lumiere, country="DE").context["form"].errors
    assert errors["region"] == ["This region belongs to another country. Choose the region once more."]
    assert fresh(lumiere).country == "FR"


@pytest.mark.parametrize(
    "changes", [{"country": "ZZ"}, {"time_zone": "Mars/Olympus"}, {"time_zone": ""}, {"language": "tlh"}, {"region": "Zone A"}]
)
def test_place_that_is_none_is_refused(lumiere: Lumiere, changes: dict[str, str]) -> None:
    assert list(settle(lumiere, **changes).context["form"].errors) == list(changes)


def test_regions_and_zone_follow_the_country(lumiere: Lumiere) -> None:
    answer = signed_in(lumiere.claire).get("/settings/place/", {"country": "ES"}, headers={"HX-Request": "true"})
    assert answer.templates[0].name == "desk/_place_where.html"
    form = answer.context["form"]
    assert ("CT", "Cataluña") in form.fields["region"].choices
    assert form["time_zone"].value() == "Europe/Madrid"
    assert form.fields["time_zone"].choices[1][1] == [
        ("Atlantic/Canary", "Canary"), ("Africa/Ceuta", "Ceuta"), ("Europe/Madrid", "Madrid"),
    ]  # fmt: skip


def test_country_without_regions_says_so(lumiere: Lumiere) -> None:
    answer = signed_in(lumiere.claire).get("/settings/place/", {"country": "LU"}, headers={"HX-Request": "true"})
    assert "None to choose: public holidays are the same in the whole country." in answer.content.decode()


def test_no_zone_stands_in_two_groups(lumiere: Lumiere) -> None:
    groups = signed_in(lumiere.claire).get("/settings/place/").context["form"].fields["time_zone"].choices
    zones = [zone for _area, zones in groups[1:] for zone, _city in zones]
    assert len(zones) == len(set(zones))
    assert "Europe/Paris" in zones
