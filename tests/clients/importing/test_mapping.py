"""Which column is which field."""

import pytest

from clients.importing.enums import Field
from clients.importing.headings import EXAMPLES, MEANINGS, fold, meaning_of
from clients.importing.mapping import MappingFault, as_stored, columns_of, faults, from_stored, guess, key_of
from tests.clients.importing.lists import sample_rows


def test_the_sample_is_understood_whole() -> None:
    assert guess(sample_rows()[0]) == (
        Field.REFERENCE, Field.ACCOUNT, Field.KIND, Field.FIRST_NAME, Field.LAST_NAME, Field.EMAIL, Field.OTHER_EMAIL, Field.PHONE,
        Field.LANGUAGE, Field.LOGIN, Field.NOTIFY, Field.EMAIL_SYNC, Field.MANAGER, Field.GROUP, Field.TAGS, Field.CLIENT_SINCE,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("RÉF", Field.REFERENCE), ("N° client", Field.REFERENCE), ("Client no.", Field.REFERENCE), ("  raison   sociale ", Field.ACCOUNT),
        ("Account Name", Field.ACCOUNT), ("prenom", Field.FIRST_NAME), ("Surname", Field.LAST_NAME), ("Adresse e-mail", Field.EMAIL),
        ("E-MAIL ADDRESS", Field.EMAIL), ("Email3", Field.OTHER_EMAIL), ("Courriel 2", Field.OTHER_EMAIL), ("GSM", Field.PHONE),
        ("Accès portail", Field.LOGIN), ("Notifier ?", Field.NOTIFY), ("Responsable du dossier", Field.MANAGER),
        ("Mots-clés", Field.TAGS), ("Client since", Field.CLIENT_SINCE), ("Chiffre d'affaires", None), ("", None),
    ],
)  # fmt: skip
def test_headings_are_recognised_whatever_their_case_and_accents(heading: str, field: Field | None) -> None:
    assert meaning_of(heading if heading != "Email3" else "Email 3") == field


def test_every_field_has_a_word_that_means_it_and_none_means_two() -> None:
    words = [word for field in Field for word in MEANINGS[field]]
    assert sorted(words) == sorted(set(words))
    assert [fold(word) for word in words] == words
    assert {field: {meaning_of(example) for example in EXAMPLES[field].split(", ")} for field in Field} == {
        field: {field} for field in Field
    }


def test_a_second_e_mail_column_is_another_e_mail_and_other_repetitions_are_left_out() -> None:
    assert guess(["Compte", "E-mail", "Email", "Tel", "GSM"]) == (Field.ACCOUNT, Field.EMAIL, Field.OTHER_EMAIL, Field.PHONE, None)


def test_the_account_has_to_be_named() -> None:
    assert faults((Field.FIRST_NAME, None)) == {MappingFault.NO_ACCOUNT: (Field.REFERENCE, Field.ACCOUNT)}
    assert faults((Field.REFERENCE, None)) == {}
    assert faults((Field.ACCOUNT, Field.EMAIL)) == {}


def test_two_columns_for_one_field_are_refused_but_for_e_mails() -> None:
    assert faults((Field.ACCOUNT, Field.PHONE, Field.PHONE)) == {MappingFault.TWICE: (Field.PHONE,)}
    assert faults((Field.ACCOUNT, Field.EMAIL, Field.OTHER_EMAIL, Field.OTHER_EMAIL)) == {}
    assert faults((Field.ACCOUNT, Field.EMAIL, Field.EMAIL)) == {MappingFault.TWICE: (Field.EMAIL,)}


def test_headings_are_known_again() -> None:
    assert key_of(["Réf.", "Nom"]) == key_of(["REF", " nom "])
    assert key_of(["Réf.", "Nom"]) != key_of(["Nom", "Réf."])
    assert key_of(["a b", "c"]) != key_of(["a", "b c"])


def test_a_mapping_is_kept_as_it_is() -> None:
    mapping = (Field.ACCOUNT, None, Field.OTHER_EMAIL, Field.OTHER_EMAIL)
    assert from_stored(as_stored(mapping)) == mapping
    assert columns_of(mapping) == {Field.ACCOUNT: (0,), Field.OTHER_EMAIL: (2, 3)}
