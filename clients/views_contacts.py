"""The people of an account: link somebody, add an address, change a person, leave them out."""

from typing import NamedTuple

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from clients.addresses import add_address, change_preferences
from clients.custom_forms import CustomFieldsForm
from clients.errors import AddressInUse, LastContact, Merged
from clients.forms import EMAIL_IN_USE, MERGED, AddressForm, AddressOfForm, PersonForm, PreferencesForm
from clients.models import Account, AccountContact, Contact
from clients.people import add_contact_with_address, change_contact, link_contact, unlink_contact
from clients.queries import (
    contacts_of,
    find_last_preference_change,
    get_account_to_change,
    get_address_of,
    get_contact_for,
    get_contact_of,
    get_use,
    has_addresses,
    is_only_signer,
    visible_accounts,
    visible_contacts,
)
from clients.search import contacts_matching
from clients.ways_back import account_page, ask_before_leaving
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.login_refusals import LoginRefused, explaining_refusals
from firms.models import Staff
from lib import clock
from ui.filters import search_of
from ui.forms import posted
from ui.toasts import toast

MOST_FOUND = 8

FORM = ["GET", "HEAD", "POST"]


class NewContactForms(NamedTuple):
    """Somebody new in three forms, posted together."""

    person: PersonForm
    custom: CustomFieldsForm
    address: AddressForm


@staff_only
@vary_on_headers("HX-Request")
@require_http_methods(FORM)
def contact_link(request: HttpRequest, code: str) -> HttpResponse:
    """GET: search somebody whom the firm knows, or fill in somebody new. POST links the contact that was found."""
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    if request.method == "POST":
        contact = get_contact_for(staff, request.POST.get("contact", ""))
        try:
            link_contact(account=account, contact=contact, by=Actor.staff(staff, request), now=clock.now())
        except Merged:
            messages.error(request, MERGED)
            return redirect("contact_link", account.code)
        toast(request, _("%(name)s was linked. Switch on what each address is used for.") % {"name": contact.name})
        return redirect("account_show", account.code)
    forms = NewContactForms(PersonForm(firm=staff.firm), CustomFieldsForm(staff=staff), _first_address_form(request, staff, account))
    return _link_page(request, staff, account, forms)


@staff_only
@require_POST
def contact_new(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    person, address = PersonForm(request.POST, firm=staff.firm), _first_address_form(request, staff, account)
    custom = CustomFieldsForm(request.POST, staff=staff, besides=request.POST.get("email", ""))
    if all([person.is_valid(), custom.is_valid(), address.is_valid()]):
        email, login = address.cleaned_data["email"], address.switches.login
        new = person.as_new(email=email, switches=address.switches, custom=custom.values)
        try:
            with explaining_refusals(staff.firm, email, new_login=bool(email) and login):
                contact = add_contact_with_address(account=account, person=new, by=Actor.staff(staff, request), now=clock.now())
        except AddressInUse:
            address.add_error("email", EMAIL_IN_USE)
        except LoginRefused as refused:
            address.add_error("email", str(refused))
        else:
            toast(request, _("%(name)s was added.") % {"name": contact.name})
            return account_page(staff, account, login_for=email if login else "")
    return _link_page(request, staff, account, NewContactForms(person, custom, address))


def _first_address_form(request: HttpRequest, staff: Staff, account: Account) -> AddressForm:
    return AddressForm(posted(request), staff=staff, is_first=not has_addresses(account), relation=account.relation, required=False)


def _link_page(request: HttpRequest, staff: Staff, account: Account, forms: NewContactForms) -> HttpResponse:
    text = search_of(request.GET)
    others = visible_contacts(staff).exclude(pk__in=contacts_of(account).values("pk"))
    links = AccountContact.objects.filter(firm=staff.firm_id, account__in=visible_accounts(staff)).select_related("account")
    found = contacts_matching(others, text).prefetch_related("addresses", Prefetch("links", links))[:MOST_FOUND]
    template = "clients/contact_link.html#found" if request.htmx else "clients/contact_link.html"  # type: ignore[attr-defined]
    return render(request, template, {"account": account, **forms._asdict(), "text": text, "found": found})


@staff_only
@require_http_methods(FORM)
def contact_edit(request: HttpRequest, code: str, contact_code: str) -> HttpResponse:
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    contact = get_contact_of(account, contact_code)
    link = AccountContact.objects.get(firm=account.firm_id, account=account, contact=contact)
    form = PersonForm(posted(request), firm=staff.firm, contact=contact, function=link.function)
    if request.method == "POST" and form.is_valid():
        function, details = form.function_and_details
        try:
            change_contact(account=account, contact=contact, function=function, by=Actor.staff(staff, request), now=clock.now(), **details)
        except Merged:
            form.add_error(None, MERGED)
        else:
            toast(request, _("%(name)s was saved.") % {"name": contact.name})
            return redirect("account_show", account.code)
    others = contact.links.exclude(account=account).count()
    return render(request, "clients/contact_edit.html", {"form": form, "account": account, "contact": contact, "others": others})


@staff_only
@require_POST
def contact_unlink(request: HttpRequest, code: str, contact_code: str) -> HttpResponse:
    """Where nobody could sign in any more, the account's page asks first; the answer comes with `sure=on`."""
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    contact = get_contact_of(account, contact_code)
    if "sure" not in request.POST and is_only_signer(account, contact):
        return ask_before_leaving(account, contact)
    try:
        unlink_contact(account=account, contact=contact, by=Actor.staff(staff, request), now=clock.now())
    except LastContact:
        messages.error(request, only_contact(contact))
    else:
        toast(request, _("%(name)s was removed from %(account)s.") % {"name": contact.name, "account": account.name})
    return redirect("account_show", account.code)


def only_contact(contact: Contact) -> str:
    said = _("%(name)s is the only contact: an account always has one or more. To remove %(name)s, first link somebody else.")
    return said % {"name": contact.name}


@staff_only
@require_http_methods(FORM)
def address_add(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    chosen = request.GET.get("contact", "")
    form = AddressOfForm(posted(request), staff=staff, account=account, is_first=not has_addresses(account), contact=chosen)
    if request.method == "POST" and form.is_valid():
        contact, email, switches = form.cleaned_data["contact"], form.cleaned_data["email"], form.switches
        by = Actor.staff(staff, request)
        try:
            with explaining_refusals(staff.firm, email, new_login=switches.login):
                add_address(account=account, contact=contact, email=email, switches=switches, by=by, now=clock.now())
        except Merged:
            form.add_error("contact", MERGED)
        except AddressInUse:
            form.add_error("email", EMAIL_IN_USE)
        except LoginRefused as refused:
            form.add_error("email", str(refused))
        else:
            toast(request, _("%(email)s was added.") % {"email": email})
            return account_page(staff, account, login_for=email if switches.login else "")
    return render(request, "clients/address_add.html", {"form": form, "account": account})


@staff_only
@vary_on_headers("HX-Request")
@require_http_methods(FORM)
def preferences_edit(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    """A dialog when htmx asks, else a page: the seven preferences of one address in one account."""
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    address = get_address_of(account, address_code)
    form = PreferencesForm(posted(request), use=get_use(account, address))
    if form.is_valid():
        change_preferences(account=account, address=address, by=Actor.staff(staff, request), now=clock.now(), **form.cleaned_data)
        toast(request, _("The preferences of %(email)s were saved.") % {"email": address.email})
        return redirect("account_show", account.code)
    template = "clients/preferences.html#dialog" if request.htmx else "clients/preferences.html"  # type: ignore[attr-defined]
    context = {"form": form, "account": account, "address": address, "last_change": find_last_preference_change(account, address)}
    return render(request, template, context)
