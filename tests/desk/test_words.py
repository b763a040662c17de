"""Catalogues of all apps are one: a word that the desk uses in a sense of its own has a context."""

import pytest
from django.utils import translation
from django.utils.translation import gettext


@pytest.mark.parametrize(
    ("word", "french"), [("Sent", "Envoyé"), ("Held", "Retenu"), ("Bounced", "Rejeté"), ("Next", "Suivant"), ("Person", "Particulier")]
)
def test_desk_leaves_the_words_of_other_pages_alone(word: str, french: str) -> None:
    with translation.override("fr"):
        assert gettext(word) == french
