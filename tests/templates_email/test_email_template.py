"""Sources through MJML: what is refused when they are compiled, and what is kept afterwards."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from templates_email.enums import EmailEvent
from templates_email.errors import MissingValue, TemplateError
from templates_email.pieces import Rows, Slot, When
from templates_email.placeholders import samples
from templates_email.quoted import Encoded
from templates_email.render import render
from templates_email.sources import Sources, read_sources
from templates_email.template import branded, compile_sources, template, with_brand
from tests.templates_email.examples import EVERY_EMAIL, a_brand, an_envelope, rendered

_EVENT = EmailEvent.SIGNATURE_REQUESTED


def _sources(body: str = "", text: str = "", subject: str = "Hello", head: str = "") -> Sources:
    column = f"<mj-section><mj-column><mj-text>x</mj-text>{body}</mj-column></mj-section>"
    return Sources(subject=subject, preheader="", text=text, mjml=f"<mjml><mj-head>{head}</mj-head><mj-body>{column}</mj-body></mjml>")


@pytest.mark.parametrize(
    "body",
    [
        "<mj-text>[[NOBODY]]</mj-text>",
        '<mj-button href="[[TITLE]]">Go</mj-button>',
        '<mj-button href="https://x.example/[[CODE]]">Go</mj-button>',
        '<mj-text><span style="color:[[FIRM]]">x</span></mj-text>',
        '<mj-text><span title="[[CONTEXT]]">x</span></mj-text>',
        '<mj-text><span onclick="[[TITLE]]">x</span></mj-text>',
        '<mj-text><img src="[[TITLE]]" alt="" /></mj-text>',
        '<mj-text><i title="[[if TITLE]]x[[end]]">y</i></mj-text>',
        "<mj-text>a < b</mj-text>",
        "<mj-text>[[if TITLE]]x</mj-text>",
        "<mj-text>[[title]]</mj-text>",
    ],
)
def test_wrong_marks_are_found_when_compiled(body: str) -> None:
    with pytest.raises(TemplateError):
        compile_sources(_sources(body))


def test_typed_text_may_not_stand_in_a_style_sheet() -> None:
    with pytest.raises(TemplateError, match="<style>"):
        compile_sources(_sources(head="<mj-style>a { color: [[FIRM]]; }</mj-style>"))


def test_condition_that_mjml_drops_is_found() -> None:
    with pytest.raises(TemplateError, match="condition"):
        compile_sources(_sources('<mj-text title="[[if TITLE]]x[[end]]">x</mj-text>'))


@pytest.mark.parametrize("place", ["subject", "text", "body"])
def test_content_outside_its_switch_is_found(place: str) -> None:
    text = "<mj-text>[[TITLE]]</mj-text>" if place == "body" else "About [[TITLE]]"
    compiled = compile_sources(_sources(**{place: text}))
    assert with_brand(compiled, a_brand(show_context=True)).wanted == ("TITLE",)
    with pytest.raises(TemplateError, match="TITLE"):
        with_brand(compiled, a_brand(show_context=False))


def test_content_in_rows_outside_its_switch_is_found() -> None:
    compiled = compile_sources(_sources(text="[[rows]]\n[[TITLE]] [[DUE_ON]]\n[[end]]\n"))
    assert with_brand(compiled, a_brand()).wanted_in_rows == ("DUE_ON", "TITLE")
    with pytest.raises(TemplateError, match="TITLE"):
        with_brand(compiled, a_brand(show_context=False))


@pytest.mark.parametrize(("event", "language"), EVERY_EMAIL)
def test_brand_leaves_nothing_of_its_own_open(event: EmailEvent, language: str) -> None:
    made = branded(event, language, a_brand())
    assert not {name for name in made.wanted if name.startswith(("FIRM", "BRAND", "LOGO", "SHOW"))}
    assert all(isinstance(piece, (Encoded, Slot, When, Rows)) for piece in made.html)


def test_brand_without_a_name_is_refused() -> None:
    with pytest.raises(MissingValue) as caught:
        rendered(_EVENT, "en", brand=a_brand(firm_name=" "))
    assert caught.value.name == "FIRM"


def test_compiled_once_for_each_event_language_and_brand() -> None:
    brand = a_brand(version="only here")
    assert template(_EVENT, "en") is template(_EVENT, "en")
    assert branded(_EVENT, "en", brand) is branded(_EVENT, "en", a_brand(version="only here"))
    assert branded(_EVENT, "en", brand) is not branded(_EVENT, "en", replace(brand, version="another"))
    assert branded(_EVENT, "en", brand) is not branded(_EVENT, "fr", brand)


@pytest.mark.parametrize("event", EmailEvent)
def test_look_that_is_only_tried_makes_the_same_message_and_takes_no_room(event: EmailEvent) -> None:
    tried = a_brand(version="only tried", color="#123456")
    before = branded.cache_info()
    mail = render(event=event, language="en", brand=tried, envelope=an_envelope(), values=samples("en"), keep=False)
    assert branded.cache_info() == before
    assert mail == render(event=event, language="en", brand=tried, envelope=an_envelope(), values=samples("en"))
    assert branded.cache_info() != before


def test_two_firms_of_one_version_never_share_a_template() -> None:
    lumen, nord = a_brand(), a_brand(firm_name="Cabinet Nord", color="#aa0000")
    assert "Nord" not in rendered(_EVENT, "en", brand=lumen).html
    assert "Lumière" not in rendered(_EVENT, "en", brand=nord, values={"ACCOUNT": ""}).html


def test_many_threads_make_the_same_message() -> None:
    brands = [a_brand(version=f"thread {number}") for number in range(4)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda brand: rendered(_EVENT, "fr", brand=brand).to_mime(), brands * 10))
    assert len(set(made)) == 1


def test_template_version_is_of_the_words_and_not_of_the_firm() -> None:
    versions = {rendered(event, language).template_version for event, language in EVERY_EMAIL}
    assert len(versions) == len(EVERY_EMAIL)
    assert rendered(_EVENT, "fr", brand=a_brand(color="#aa0000", version="2")).template_version in versions
    found = read_sources(_EVENT, "en")
    assert compile_sources(found).version == template(_EVENT, "en").version
    assert compile_sources(replace(found, preheader="Other.")).version != template(_EVENT, "en").version
