"""Forms about accounts and the people behind them. Staff and groups are chosen by code or name: primary keys stay here."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.custom_fields import Value
from clients.enums import AccountKind, Preference, Relation
from clients.inputs import AccountDetails, ContactDetails, NewPerson, Switches
from clients.models import Account, AccountAddress, Contact, CustomField
from clients.phones import is_phone
from clients.queries import contacts_of, find_owner_of_email, groups_in_sight, groups_of, tags_of, tags_of_account, visible_contacts
from firms.models import Firm, Staff
from firms.places import zones_from_home, zones_named
from firms.queries import active_staff
from ui.forms import LineField, SwitchInput
from ui.languages import name_of_language, named_languages, reader_language

Text = str | Promise

MOST_TAGS = 20
REFERENCE_IN_USE = _("Another account has this reference.")
MERGED = _("Somebody has merged this contact with another meanwhile. Choose the one who stays.")
EMAIL_IN_USE = _("This address belongs to somebody else among the firm’s contacts already.")

WHAT_COMES: dict[Preference, Any] = {
    Preference.UPLOADS: _("New documents from the firm"),
    Preference.SIGNATURES: _("Requests and their reminders"),
    Preference.APPROVALS: _("Requests and their reminders"),
    Preference.CHATS: _("New messages, tasks and replies"),
    Preference.PROPOSALS: _("Requests and their reminders"),
    Preference.ORGANIZERS: _("Requests and their reminders"),
    Preference.INVOICES: _("Invoices, reminders, confirmations, refunds"),
}


def languages(default: Text, *others: str) -> list[tuple[str, Text]]:
    """The product's languages after the one that holds when none is chosen; `others` are kept when an import brought them."""
    own = named_languages()
    known = {code for code, _name in own}
    return [("", default), *own, *((code, name_of_language(code)) for code in others if code and code not in known)]


def time_zones(default: Text, *others: str, firm: Firm, country: str = "") -> list[tuple[str, Text | list[tuple[str, str]]]]:
    """By area, the country's first; `country` where it is not the firm's. `others` stay, though the list may not know them."""
    language = reader_language()
    groups = zones_from_home(country or firm.country, language, first=firm.time_zone)
    offered = {zone for _area, zones in groups for zone, _name in zones}
    kept = {zone for zone in (firm.time_zone, *others) if zone and zone not in offered}
    return [("", default), *zones_named(kept, language), *groups]


class PhoneField(LineField):
    """A phone number, kept as it was typed."""

    def __init__(self, **changes: Any) -> None:
        super().__init__(label=_("Phone"), max_length=40, widget=forms.TelInput, **changes)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not is_phone(value):
            raise forms.ValidationError(_("This is not a phone number. Write it like this: +33 6 12 34 56 78"), code="invalid")


class AccountForm(forms.Form):
    """What is known of an account; `details` is what the services take."""

    required_css_class = "required"

    kind = forms.ChoiceField(label=_("Kind"), choices=AccountKind.choices, widget=forms.RadioSelect, initial=AccountKind.COMPANY)
    relation = forms.ChoiceField(
        label=_("Client or supplier"),
        choices=Relation.choices,
        widget=forms.RadioSelect,
        initial=Relation.CLIENT,
        required=False,
        help_text=_("A supplier has no client portal, and nothing is asked of it."),
    )
    name = LineField(label=_("Account name"), max_length=160)
    reference = LineField(label=_("Reference"), max_length=40, required=False, help_text=_("Your own number for this client."))
    manager = forms.ModelChoiceField(
        Staff.objects.none(), label=_("Manager"), to_field_name="code", required=False, empty_label=_("Nobody")
    )
    group = LineField(label=_("Group"), max_length=80, required=False, help_text=_("Choose one, or type a new one."))
    tags = LineField(
        label=_("Tags"), max_length=1000, required=False, help_text=_("Separated by commas, for example: Monthly VAT, Payroll")
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    client_since = forms.DateField(
        label=_("Client since"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, data: Any = None, *, staff: Staff, account: Account | None = None) -> None:
        super().__init__(data, initial=_initial(account) if account else {"manager": staff.code})
        self.staff, self.firm, self.account = staff, staff.firm, account
        people = active_staff(self.firm)
        if account and account.manager_id:
            people = people | Staff.objects.filter(firm=self.firm, pk=account.manager_id).select_related("user")
        _field(self, "manager", forms.ModelChoiceField).queryset = people
        _offer_language_and_zone(self, _("As the firm"), self.firm, account)

    def clean_relation(self) -> str:
        """What does not say stays as it is."""
        usual = self.account.relation if self.account else Relation.CLIENT
        relation: str = self.cleaned_data["relation"] or usual
        return relation

    @property
    def known_groups(self) -> list[str]:
        return [group.name for group in groups_in_sight(self.staff)]

    def clean_reference(self) -> str:
        reference: str = self.cleaned_data["reference"]
        others = Account.objects.filter(firm=self.firm, reference=reference)
        others = others.exclude(pk=self.account.pk) if self.account else others
        if reference and others.exists():
            raise forms.ValidationError(REFERENCE_IN_USE)
        return reference

    def clean_group(self) -> str:
        """A group that differs in case only is the same group."""
        typed: str = self.cleaned_data["group"]
        same = groups_of(self.firm).filter(name__iexact=typed).first() if typed else None
        return same.name if same else typed

    def clean_tags(self) -> list[str]:
        typed = [word.strip() for word in self.cleaned_data["tags"].split(",") if word.strip()]
        if len(typed) > MOST_TAGS or any(len(word) > 60 for word in typed):
            raise forms.ValidationError(_("At most 20 tags of 60 characters each."))
        known = {tag.name.casefold(): tag.name for tag in tags_of(self.firm)}
        return list({word.casefold(): known.get(word.casefold(), word) for word in typed}.values())

    @property
    def name_and_details(self) -> tuple[str, AccountDetails]:
        details = dict(self.cleaned_data)
        return details.pop("name"), AccountDetails(**details)  # type: ignore[typeddict-item]


def _initial(account: Account) -> dict[str, Any]:
    own = {name: getattr(account, name) for name in ("kind", "relation", "name", "reference", "language", "time_zone", "client_since")}
    tags = ", ".join(tag.name for tag in tags_of_account(account))
    manager = account.manager.code if account.manager else None
    return {**own, "manager": manager, "group": account.group.name if account.group else "", "tags": tags}


class PersonForm(forms.Form):
    """A person; `details` is what the services take."""

    required_css_class = "required"

    first_name = LineField(label=_("First name"), max_length=80, required=False)
    last_name = LineField(label=_("Last name"), max_length=80)
    function = LineField(label=_("Function"), max_length=80, required=False, help_text=_("In this account, for example: Bookkeeping"))
    phone = PhoneField(required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, data: Any = None, *, firm: Firm, contact: Contact | None = None, function: str = "") -> None:
        own = ("first_name", "last_name", "phone", "language", "time_zone")
        initial = {**{name: getattr(contact, name) for name in own}, "function": function} if contact else {}
        super().__init__(data, initial=initial, prefix="person")
        _offer_language_and_zone(self, _("As the account"), firm, contact)

    @property
    def function_and_details(self) -> tuple[str, ContactDetails]:
        details = dict(self.cleaned_data)
        return details.pop("function"), ContactDetails(**details)  # type: ignore[typeddict-item]

    def as_new(self, *, email: str, switches: Switches, custom: Mapping[CustomField, Value]) -> NewPerson:
        return NewPerson(**self.cleaned_data, email=email, switches=switches, custom=custom)


class AddressForm(forms.Form):
    """An address with its three switches, of which a supplier's has one (M24). `owner` is whose it is already, where this member of
    staff may know."""

    required_css_class = "required"

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    login = forms.BooleanField(
        label=_("LOGIN"), required=False, widget=SwitchInput, help_text=_("Access to the client portal, once it is activated.")
    )
    notify = forms.BooleanField(
        label=_("NOTIFY"), required=False, widget=SwitchInput, help_text=_("Requests and their reminders go to this address.")
    )
    email_sync = forms.BooleanField(
        label=_("EMAIL SYNC"), required=False, widget=SwitchInput, help_text=_("Takes effect once a mailbox of the firm is connected.")
    )

    def __init__(
        self, data: Any = None, *, staff: Staff, is_first: bool, relation: str, required: bool = True, known: Contact | None = None
    ) -> None:
        super().__init__(data, initial={"login": is_first, "notify": is_first})
        if relation == Relation.SUPPLIER:
            del self.fields["login"], self.fields["notify"]
        self.staff, self.known = staff, known
        self.fields["email"].required = required
        self.owner: Contact | None = None

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        owner = find_owner_of_email(self.staff.firm, email) if email else None
        if owner and owner != self.known:
            self.owner = visible_contacts(self.staff).filter(pk=owner.pk).first()
            known = _("This is an address of %(name)s already.") % {"name": self.owner.name} if self.owner else EMAIL_IN_USE
            raise forms.ValidationError(known)
        return email

    @property
    def switches(self) -> Switches:
        data = self.cleaned_data
        return Switches(login=data.get("login", False), notify=data.get("notify", False), email_sync=data["email_sync"])


class AddressOfForm(AddressForm):
    """One more address of somebody who is linked to the account."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label=_("Whose address?"), to_field_name="code", empty_label=None)
    field_order = ("contact", "email", "login", "notify", "email_sync")

    def __init__(self, data: Any = None, *, staff: Staff, account: Account, is_first: bool, contact: str = "") -> None:
        super().__init__(data, staff=staff, is_first=is_first, relation=account.relation)
        _field(self, "contact", forms.ModelChoiceField).queryset = contacts_of(account)
        self.fields["contact"].initial = contact


class PreferencesForm(forms.Form):
    """The seven kinds of notification, for one address in one account."""

    own_words: Mapping[Preference, Any] = {}

    def __init__(self, data: Any = None, *, use: AccountAddress, prefix: str | None = None) -> None:
        super().__init__(data, prefix=prefix)
        for preference in Preference:
            self.fields[preference.value] = forms.BooleanField(
                label=self.own_words.get(preference, preference.label),
                help_text=WHAT_COMES[preference],
                required=False,
                initial=getattr(use, preference.value),
                widget=SwitchInput,
            )


class ClientPreferencesForm(PreferencesForm):
    """As clients read them: to them there are no “clients”."""

    own_words = {Preference.CHATS: _("Messages and tasks")}


def _field[F: forms.Field](form: forms.Form, name: str, kind: type[F]) -> F:
    field = form.fields[name]
    assert isinstance(field, kind)
    return field


def _offer_language_and_zone(form: forms.Form, default: Text, firm: Firm, whose: Account | Contact | None) -> None:
    language, zone = (whose.language, whose.time_zone) if whose else ("", "")
    _field(form, "language", forms.ChoiceField).choices = languages(default, language)
    _field(form, "time_zone", forms.ChoiceField).choices = time_zones(default, zone, firm=firm)
