"""Changing a person, with the firm's custom fields, in one form."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.contact_details import EmailRefused, NoAccount, SignsIn, change_details
from clients.contact_queries import get_person_to_change, may_change_everywhere
from clients.custom_forms import CustomFieldsForm
from clients.errors import Merged, Unlinked
from clients.forms import EMAIL_IN_USE, PersonForm
from clients.inputs import ContactDetails
from clients.models import Contact
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.login_refusals import LoginRefused
from lib import clock
from ui.forms import posted
from ui.toasts import toast


class DetailsForm(PersonForm):
    """A person without what they are in one account. Only what was changed on the page is saved."""

    def __init__(self, data: Any = None, *, contact: Contact) -> None:
        super().__init__(data, firm=contact.firm, contact=contact)
        del self.fields["function"]
        for field in self.fields.values():
            field.show_hidden_initial = True

    @property
    def changed(self) -> ContactDetails:
        changed: ContactDetails = {name: self.cleaned_data[name] for name in self.changed_data}  # type: ignore[assignment]
        return changed


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def contact_change(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    contact = get_person_to_change(staff, code)
    if contact.code != code or contact.archived_at:
        return redirect("contact_show", contact.code)
    everywhere = may_change_everywhere(staff, contact)
    person = DetailsForm(posted(request), contact=contact)
    custom = CustomFieldsForm(posted(request), staff=staff, contact=contact, fixed=not everywhere)
    if custom.breaks_fixed:
        raise PermissionDenied
    if all([person.is_valid(), custom.is_valid()]):
        by = Actor.staff(staff, request)
        try:
            changed = change_details(contact=contact, details=person.changed, values=custom.changed, by=by, now=clock.now())
        except EmailRefused as refused:
            custom.refuse(refused.field, why_refused(refused))
        except Merged:
            return redirect("contact_show", contact.code)
        else:
            toast(request, _("%(name)s was saved.") % {"name": changed.name})
            return redirect("contact_show", contact.code)
    accounts = contact.links.count()
    context = {
        "contact": contact,
        "person": person,
        "custom": custom,
        "accounts": accounts,
        "errors": len(person.errors) + len(custom.errors),
    }
    return render(request, "desk/contact_edit.html", context)


def why_refused(refused: EmailRefused) -> str:
    """Why an address was not taken though the form found nothing wrong with it, and what to do."""
    if isinstance(refused.cause, LoginRefused):
        return str(refused.cause)
    if isinstance(refused.cause, SignsIn):
        return _("Somebody signs in with this address. Type another one in its place, or switch its LOGIN off in the account first.")
    if isinstance(refused.cause, NoAccount):
        return _("What an address is used for is said in an account: link this person to one first.")
    if isinstance(refused.cause, Unlinked):
        return _("A colleague has just replaced or removed this address. Open the person again to see the present one.")
    return str(EMAIL_IN_USE)
