"""What clients change themselves. Only what was changed on the page is saved: the firm may have changed the rest meanwhile."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.forms import ClientPreferencesForm, PhoneField, languages, time_zones
from clients.inputs import ContactDetails, PreferenceValues
from clients.models import Account, AccountAddress, Contact
from firms.places import name_of_zone
from ui.forms import LineField
from ui.languages import named_languages, reader_language

OWN = ("first_name", "last_name", "phone", "language", "time_zone")


class ProfileForm(forms.Form):
    """Who somebody is, in their own words; `changed` is what the services take."""

    required_css_class = "required"

    first_name = LineField(label=_("First name"), max_length=80, required=False)
    last_name = LineField(label=_("Last name"), max_length=80)
    phone = PhoneField(required=False)
    language = forms.ChoiceField(label=_("Language"), required=False, help_text=_("Of these pages and of the e-mails you get."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Hours are shown by it; reminders come in its daytime.")
    )

    def __init__(self, data: Any = None, *, contact: Contact, account: Account) -> None:
        super().__init__(data, initial={name: getattr(contact, name) for name in OWN})
        for name in OWN:
            self.fields[name].show_hidden_initial = True
        language, zone = account.language or account.firm.language, account.time_zone or account.firm.time_zone
        usual = _("As the firm writes to you: %(language)s") % {"language": dict(named_languages()).get(language, language)}
        own_zone = _("As the firm has it: %(place)s") % {"place": name_of_zone(zone, reader_language())}
        _choice(self, "language").choices = languages(usual, contact.language)
        _choice(self, "time_zone").choices = time_zones(own_zone, contact.time_zone, firm=account.firm)

    @property
    def changed(self) -> ContactDetails:
        return cast(ContactDetails, {name: self.cleaned_data[name] for name in self.changed_data})


def _choice(form: forms.Form, name: str) -> forms.ChoiceField:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    return field


class OwnPreferencesForm(ClientPreferencesForm):
    """The seven kinds for one of one's own addresses in one of one's accounts, among others on the same page."""

    def __init__(self, data: Any = None, *, use: AccountAddress) -> None:
        super().__init__(data, use=use, prefix=f"{use.account.code}-{use.address.code}")
        self.use = use
        for field in self.fields.values():
            field.show_hidden_initial = True

    @property
    def changed(self) -> PreferenceValues:
        return cast(PreferenceValues, {name: self.cleaned_data[name] for name in self.changed_data})
