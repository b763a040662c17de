"""What the forms about people offer and refuse, without a request."""

import pytest
from django.utils import translation

from clients.enums import Preference
from clients.forms import ClientPreferencesForm, PersonForm, PreferencesForm, time_zones
from clients.models import AccountAddress, Contact
from firms.models import Firm

LYON = Firm(country="FR", time_zone="Europe/Paris", language="fr")


@pytest.mark.parametrize(("phone", "kept"), [(" +33 6 12 34\u00a056 78 ", "+33 6 12 34 56 78"), ("", ""), ("02/511.11.11 ext. 4",) * 2])
def test_a_phone_number_is_kept_as_it_was_typed(phone: str, kept: str) -> None:
    form = PersonForm({"person-last_name": "Lefèvre", "person-phone": phone}, firm=LYON)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["phone"] == kept


@pytest.mark.parametrize("phone", ["xx", "1234", "demander à Nadia", "0612345678901234567890"])
def test_what_the_import_refuses_as_a_phone_number_the_forms_refuse_too(phone: str) -> None:
    with translation.override("fr"):
        form = PersonForm({"person-last_name": "Lefèvre", "person-phone": phone}, firm=LYON)
        assert form.errors == {"phone": ["Ce n’est pas un numéro de téléphone. Écrivez-le ainsi\u00a0: +33 6 12 34 56 78"]}


def test_zones_are_offered_in_the_readers_language_the_firms_first() -> None:
    with translation.override("fr"):
        default, country, europe, *_rest = time_zones("Comme le compte", firm=LYON)
    assert (default, country) == (("", "Comme le compte"), ("France", [("Europe/Paris", "Paris")]))
    assert isinstance(europe[1], list)
    assert ("Europe/London", "Londres") in europe[1]


def test_a_stored_zone_that_the_list_does_not_know_stays() -> None:
    contact = Contact(last_name="Shevchenko", time_zone="Europe/Kiev")
    form = PersonForm({"person-last_name": "Shevchenko", "person-time_zone": "Europe/Kiev"}, firm=LYON, contact=contact)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["time_zone"] == "Europe/Kiev"
    assert not PersonForm({"person-last_name": "Shevchenko", "person-time_zone": "Europe/Kiev"}, firm=LYON).is_valid()


def test_clients_read_their_own_words_for_what_staff_call_chats_and_client_tasks() -> None:
    labels = {}
    for language in ("en", "fr"):
        with translation.override(language):
            labels[language] = [
                str(form(use=AccountAddress()).fields[Preference.CHATS].label) for form in (ClientPreferencesForm, PreferencesForm)
            ]
    assert labels == {
        "en": ["Messages and tasks", "Chats and client tasks"],
        "fr": ["Messages et tâches", "Messages et tâches du client"],
    }
