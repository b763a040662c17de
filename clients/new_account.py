"""The form for a new account: about the account, its first contact, and the first address."""

from typing import Any

from django import forms

from clients.custom_forms import CustomFieldsForm
from clients.enums import Relation
from clients.errors import AddressInUse, Merged, ReferenceInUse
from clients.forms import EMAIL_IN_USE, MERGED, REFERENCE_IN_USE, AccountForm, AddressForm, PersonForm
from clients.inputs import AccountDetails, KnownPerson, NewPerson, Switches
from clients.models import Address, Contact
from clients.queries import find_own_address
from firms.login_refusals import LoginRefused
from firms.models import Staff


class NewAccountForm:
    """Four forms in one. With `known`, somebody who stands in another account becomes the first contact."""

    def __init__(self, data: Any, *, staff: Staff, known: Contact | None = None) -> None:
        self.known = known
        self.account = AccountForm(data, staff=staff)
        self.person = None if known else PersonForm(data, firm=staff.firm)
        self.custom = None if known else CustomFieldsForm(data, staff=staff, besides=data.get("email", "") if data else "")
        self.address = AddressForm(data, staff=staff, is_first=True, relation=Relation.CLIENT, required=False, known=known)
        if known and data is None:
            primary = Address.objects.filter(firm=staff.firm_id, contact=known, is_primary=True).first()
            self.address.initial["email"] = primary.email if primary else ""

    @property
    def forms(self) -> list[forms.Form]:
        return [form for form in (self.account, self.person, self.custom, self.address) if form is not None]

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in self.forms]  # each of them, so that all errors are shown at once
        return all(valid)

    def refuse(self, error: AddressInUse | Merged | ReferenceInUse | LoginRefused) -> None:
        """Says what was found while writing: somebody else was faster, or the address cannot become a login."""
        if isinstance(error, Merged):
            self.account.add_error(None, MERGED)
            return
        if isinstance(error, LoginRefused):
            self.address.add_error("email", str(error))
        elif isinstance(error, AddressInUse):
            self.address.add_error("email", EMAIL_IN_USE)
        else:
            self.account.add_error("reference", REFERENCE_IN_USE)

    @property
    def name_and_details(self) -> tuple[str, AccountDetails]:
        return self.account.name_and_details

    @property
    def switches(self) -> Switches:
        """The page hides LOGIN and NOTIFY while “Supplier” is chosen, however they stand (M24)."""
        chosen = self.address.switches
        if self.account.cleaned_data["relation"] == Relation.SUPPLIER:
            return Switches(email_sync=chosen.email_sync)
        return chosen

    @property
    def email(self) -> str:
        email: str = self.address.cleaned_data["email"]
        return email

    @property
    def tries_new_login(self) -> bool:
        """Whether LOGIN is to be on for an address with which nobody signs in yet."""
        own = find_own_address(self.known, self.email) if self.known else None
        return bool(self.email) and self.switches.login and not (own and own.user and own.user.is_active)

    @property
    def first(self) -> NewPerson | KnownPerson:
        email, switches = self.email, self.switches
        if self.known:
            return KnownPerson(contact=self.known, address=find_own_address(self.known, email), switches=switches)
        assert self.person is not None and self.custom is not None
        return self.person.as_new(email=email, switches=switches, custom=self.custom.values)
