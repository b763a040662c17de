"""The form for a new account: about the account, its first contact, and the first address."""

from typing import Any

from django import forms

from clients.errors import AddressInUse, ReferenceInUse
from clients.forms import EMAIL_IN_USE, REFERENCE_IN_USE, AccountForm, AddressForm, PersonForm
from clients.inputs import AccountDetails, KnownPerson, NewPerson
from clients.models import Address, Contact
from clients.names import email_key
from firms.models import Staff


class NewAccountForm:
    """Three forms in one. With `known`, somebody who stands in another account becomes the first contact."""

    def __init__(self, data: Any, *, staff: Staff, known: Contact | None = None) -> None:
        self.known = known
        self.account = AccountForm(data, staff=staff)
        self.person = None if known else PersonForm(data)
        self.address = AddressForm(data, staff=staff, is_first=True, required=False, known=known)

    @property
    def forms(self) -> list[forms.Form]:
        return [form for form in (self.account, self.person, self.address) if form]

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in self.forms]  # each of them, so that all errors are shown at once
        return all(valid)

    def refuse(self, error: AddressInUse | ReferenceInUse) -> None:
        """Says what the database found: somebody else was faster."""
        if isinstance(error, AddressInUse):
            self.address.add_error("email", EMAIL_IN_USE)
        else:
            self.account.add_error("reference", REFERENCE_IN_USE)

    @property
    def name_and_details(self) -> tuple[str, AccountDetails]:
        return self.account.name_and_details

    @property
    def first(self) -> NewPerson | KnownPerson:
        email, switches = self.address.cleaned_data["email"], self.address.switches
        if self.known:
            address = Address.objects.filter(firm=self.known.firm_id, contact=self.known, email_key=email_key(email)).first()
            return KnownPerson(contact=self.known, address=address, switches=switches)
        assert self.person is not None
        return self.person.as_new(email=email, switches=switches)
