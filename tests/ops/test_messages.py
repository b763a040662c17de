from pathlib import Path

import pytest

from ops.messages import BAD_SPACE, marked_texts, problems

NO_BREAK = "\u00a0"
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
FORMS = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
label = _("Name")
texts = [ngettext("%(n)s client", "%(n)s clients", 2), pgettext("verb", "Open")]
"""
PAGE = """
{% load i18n %}<div>
  {% if x %}
      {% translate "Save" %}
  {% endif %}
    {% blocktranslate trimmed with n=x %}
      Page {{ n }}
      of many
    {% endblocktranslate %}
</div>
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    app = tmp_path / "clients"
    (app / "templates" / "clients").mkdir(parents=True)
    (app / "locale" / "fr" / "LC_MESSAGES").mkdir(parents=True)
    (app / "forms.py").write_text(FORMS, encoding="utf-8")
    (app / "templates" / "clients" / "page.html").write_text(PAGE, encoding="utf-8")
    return app


def faults_of(app: Path, entries: str) -> list[str]:
    (app / "locale" / "fr" / "LC_MESSAGES" / "django.po").write_text(HEADER + entries, encoding="utf-8")
    return [problem.partition(": ")[2] for problem in problems(app, app.parent)]


WHOLE = """
msgid "Name"
msgstr "Nom"

msgid "Save"
msgstr "Enregistrer"

msgctxt "verb"
msgid "Open"
msgstr "Ouvrir"

msgid "Page %(n)s of many"
msgstr "Page %(n)s sur beaucoup"

msgid "%(n)s client"
msgid_plural "%(n)s clients"
msgstr[0] "%(n)s client"
msgstr[1] "%(n)s clients"
"""


def test_marked_texts_are_found_in_code_and_templates(app: Path) -> None:
    assert set(marked_texts(app)) == {
        ("", "Name"),
        ("", "%(n)s client"),
        ("verb", "Open"),
        ("", "Save"),
        ("", "Page %(n)s of many"),
    }


def test_a_whole_catalogue_has_no_fault(app: Path) -> None:
    assert faults_of(app, WHOLE) == []


@pytest.mark.parametrize(
    ("there", "instead", "fault"),
    [
        ('msgstr "Nom"', 'msgstr ""', "'Name' is not translated"),
        ('msgstr[1] "%(n)s clients"', 'msgstr[1] ""', "'%(n)s client' is not translated"),
        ('msgid "Name"', '#, fuzzy\nmsgid "Name"', "'Name' is marked fuzzy"),
        ('msgid "Save"\nmsgstr "Enregistrer"', "", "lacks 'Save' (clients/templates/clients/page.html)"),
        ('msgid "Name"', 'msgid "Old"\nmsgstr "Ancien"\n\nmsgid "Name"', "'Old' stands nowhere any more"),
        ("Page %(n)s sur", "Page %(m)s sur", "'Page %(n)s of many' has other placeholders than 'Page %(m)s sur beaucoup'"),
        ('msgstr "Nom"', 'msgstr "Nom :"', "'Name' wants no-break spaces around the punctuation of 'Nom :'"),
    ],
)
def test_each_fault_is_named(app: Path, there: str, instead: str, fault: str) -> None:
    assert faults_of(app, WHOLE.replace(there, instead)) == [fault]


@pytest.mark.parametrize("text", [f"Nom{NO_BREAK}:", f"«{NO_BREAK}Oui{NO_BREAK}»", "à 10:30", "&amp; vous", "Que faire\u202f?"])
def test_french_spaces_that_are_right(text: str) -> None:
    assert BAD_SPACE.search(text.replace("&amp;", "")) is None


@pytest.mark.parametrize("text", ["Nom :", "Nom:", "« Oui »", "Quoi ?", "Quoi?", "Oui»"])
def test_french_spaces_that_are_wrong(text: str) -> None:
    assert BAD_SPACE.search(text) is not None
