"""Changing the firm's settings: one activity line each, with the old and the new value."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from firms.actors import Actor
from firms.enums import Verb
from firms.logo_reading import read_logo
from firms.models import ActivityLine, Firm
from firms.services import change_firm
from tests.factories import START
from tests.firms.test_logo_reading import picture
from tests.people import Lumiere


def lines(firm: Firm) -> list[tuple[str, str, str, str]]:
    found = ActivityLine.objects.filter(firm=firm, verb=Verb.FIRM_CHANGED).order_by("id")
    return list(found.values_list("actor_name", "detail", "old", "new"))


@pytest.mark.rule("A20")
def test_each_changed_setting_is_a_line_with_old_and_new_value(lumiere: Lumiere) -> None:
    by = Actor.staff(lumiere.amir)
    change_firm(firm=lumiere.firm, by=by, now=START, show_context=True, phone="+33 4 72 00 00 00", name=lumiere.firm.name)
    assert lines(lumiere.firm) == [
        ("Amir Benali", "Show message context", "off", "on"),
        ("Amir Benali", "Phone", "", "+33 4 72 00 00 00"),
    ]


def test_change_of_nothing_writes_nothing(lumiere: Lumiere) -> None:
    assert change_firm(firm=lumiere.firm, by=Actor.staff(lumiere.claire), now=START, name="Cabinet Lumière", logo=None) == []
    assert (lines(lumiere.firm), lumiere.firm.brand_version) == ([], 1)


@pytest.mark.parametrize(("values", "version"), [({"color": "#7a3b1d"}, 2), ({"copy_on": True, "copy_to": "a@firm.example"}, 1)])
def test_only_what_e_mails_show_makes_a_new_version_of_the_brand(lumiere: Lumiere, values: dict[str, object], version: int) -> None:
    change_firm(firm=lumiere.firm, by=Actor.staff(lumiere.claire), now=START, **values)
    assert lumiere.firm.brand_version == version


def test_logo_is_replaced_and_removed_with_its_file(lumiere: Lumiere, django_capture_on_commit_callbacks: object) -> None:
    by = Actor.staff(lumiere.claire)
    logo = read_logo(SimpleUploadedFile("logo.webp", picture("WEBP")))
    change_firm(firm=lumiere.firm, by=by, now=START, logo=logo)
    first = str(lumiere.firm.logo.name)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        change_firm(firm=lumiere.firm, by=by, now=START, logo=logo)
    assert [default_storage.exists(name) for name in (first, str(lumiere.firm.logo.name))] == [False, True]
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        change_firm(firm=lumiere.firm, by=by, now=START, logo=None)
    assert (bool(lumiere.firm.logo), lumiere.firm.logo_width) == (False, None)
    assert [line[1:] for line in lines(lumiere.firm)] == [
        ("Logo", "", "a new picture"), ("Logo", "a picture", "a new picture"), ("Logo", "a picture", ""),
    ]  # fmt: skip
