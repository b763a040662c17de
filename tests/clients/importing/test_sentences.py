"""Everything an import has to say, in both languages."""

import re

import pytest
from django.utils import translation

from clients.importing import sentences
from clients.importing.enums import Field, ProblemCode, Unreadable
from clients.importing.mapping import MappingFault
from clients.importing.problems import Problem

DETAILS = dict.fromkeys(("row", "count", "cells", "columns", "missing", "most"), "7") | {
    "field": Field.KIND.value, "kept": "company", "owner": "Chloé Claes", "reference": "C1", "name": "Famille Claes", "first": "a@b.be",
    "choices": "A, B",
}  # fmt: skip
ABOUT_FILES = dict.fromkeys(("row", "most", "megabytes", "value", "type"), "7")
LEFT_OPEN = re.compile(r"%\(|\{|%s")


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> object:
    with translation.override(request.param):
        yield request.param


@pytest.mark.parametrize("code", ProblemCode)
def test_every_problem_says_why_and_what_to_do(language: str, code: ProblemCode) -> None:
    problem = Problem(code, 0, "family", DETAILS)
    said = f"{sentences.why(problem)} {sentences.remedy(problem)}"
    assert said.endswith((".", "client.com", "client.fr", "client.example", "23", "28", "02-28."))
    assert not LEFT_OPEN.search(said)


@pytest.mark.parametrize("why", Unreadable)
def test_every_unreadable_file_has_its_sentence(language: str, why: Unreadable) -> None:
    assert not LEFT_OPEN.search(sentences.unreadable(why, ABOUT_FILES))


def test_the_two_languages_differ() -> None:
    with translation.override("en"):
        english = [str(said.why) for said in sentences.PROBLEMS.values()] + [str(text) for text in sentences.UNREADABLE.values()]
    with translation.override("fr"):
        french = [str(said.why) for said in sentences.PROBLEMS.values()] + [str(text) for text in sentences.UNREADABLE.values()]
    assert [text for text in english if text in french] == []


def test_a_value_of_percent_signs_is_shown_as_it_is() -> None:
    assert sentences.why(Problem(ProblemCode.INVALID_EMAIL, 0, "100%(x)s%")) == "“100%(x)s%” is not an e-mail address; it is left out."


def test_contradictions_are_told_in_the_readers_words() -> None:
    problem = Problem(ProblemCode.DIFFERS, 0, "on", {"field": "login", "kept": "off", "row": "4"})
    with translation.override("fr"):
        assert (
            sentences.why(problem)
            == "«\u00a0activé\u00a0» contredit la ligne 4, qui dit «\u00a0désactivé\u00a0». La ligne précédente l’emporte."
        )


@pytest.mark.parametrize(
    ("field", "stored", "words"),
    [
        (Field.KIND, "family", "Family"),
        (Field.LANGUAGE, "nl", "Dutch"),
        (Field.CLIENT_SINCE, "2021-07-01", "1 July 2021"),
        (Field.LOGIN, "on", "on"),
        (Field.GROUP, "on", "on"),
    ],
)
def test_values_in_words(field: Field, stored: str, words: str) -> None:
    assert sentences.in_words(field, stored) == words


def test_mapping_faults_name_their_fields() -> None:
    (said,) = sentences.mapping_faults({MappingFault.TWICE: (Field.EMAIL, Field.PHONE)})
    assert "E-mail, Phone" in said
