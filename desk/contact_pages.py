"""One person: where they stand, how they are reached, what was sent to them; archive and restore."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from clients.contact_queries import alike, get_person_for, get_person_to_change, known_contacts, may_change_everywhere, may_change_person
from clients.contacts import restore_contact
from clients.custom_fields import fields_of, in_words, values_of
from clients.errors import Merged, OnlyContact
from clients.models import AccountContact, Contact
from clients.queries import changeable_accounts, visible_accounts
from desk.contact_reach import addresses_of, emails_to
from desk.named_requests import requests_in_sight, requests_in_words
from firms.actors import Actor
from firms.doors import powers, staff_of, staff_only
from firms.enums import Right
from firms.models import Staff
from firms.rules import has_right
from lib import clock
from reminders.merging import StillNamed, archive_unless_named, open_requests_naming
from reminders.paused import pause_card
from ui.toasts import toast


@dataclass(frozen=True, slots=True)
class Setting:
    """A language or a time zone that holds, and where it comes from: contact, account, firm; where it `differs` by account, none."""

    value: str
    source: str


@staff_only
@require_safe
def contact_show(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    contact = get_person_for(staff, code)
    if contact.code != code:  # merged meanwhile
        return redirect("contact_show", contact.code)
    everywhere, may_create = may_change_everywhere(staff, contact), has_right(powers(staff), Right.MANAGE_ACCOUNTS)
    twins = alike(contact, known_contacts(staff).filter(archived_at=None)) if everywhere and not contact.archived_at else []
    context = {
        "contact": contact,
        "addresses": addresses_of(contact, staff),
        "emails": emails_to(contact, staff),
        "fields": field_rows(contact),
        "may_create": may_create,
        "may_edit": may_change_person(staff, contact),
        "may_end": everywhere,
        "may_link": may_create or changeable_accounts(staff).exists(),
        "pause": pause_card(contact, clock.now(), may=everywhere and not contact.archived_at),
        "named_in": len(requests_in_sight(staff, open_requests_naming(contact))),
        "twins": twins,
        **standing(contact, staff),
    }
    return render(request, "desk/contact.html", context)


def standing(contact: Contact, staff: Staff) -> dict[str, object]:
    """The accounts in sight, how many others there are, and what the person takes from accounts or firm (M32)."""
    links = AccountContact.objects.filter(firm=staff.firm_id, contact=contact)
    seen = list(
        links.filter(account__in=visible_accounts(staff).order_by())
        .select_related("account__manager")
        .order_by("-account__archived_at", "account__name_key", "pk")
    )
    firm = staff.firm
    return {
        "links": seen,
        "out_of_sight": links.count() - len(seen),
        "language": setting_of(contact.language, [link.account.language for link in seen], firm.language),
        "zone": setting_of(contact.time_zone, [link.account.time_zone for link in seen], firm.time_zone),
        "duplicates": list(Contact.objects.filter(firm=firm, merged_into=contact).order_by("-archived_at", "-pk")),
    }


def setting_of(own: str, of_accounts: list[str], of_firm: str) -> Setting:
    """The person's own, else the account's, else the firm's; pure."""
    if own:
        return Setting(own, "contact")
    held = {each or of_firm for each in of_accounts}
    if len(held) > 1:
        return Setting("", "differs")
    return Setting(of_accounts[0], "account") if any(of_accounts) else Setting(of_firm, "firm")


def field_rows(contact: Contact) -> list[tuple[str, str]]:
    """Name and value of the custom fields that hold something; e-mails stand among the addresses."""
    values = values_of(contact.firm, [contact.pk]).get(contact.pk, {})
    return [(field.name, in_words(values[field.pk])) for field in fields_of(contact.firm) if field.pk in values] if values else []


# --- Archive -------------------------------------------------------------------------------------------------------------


@staff_only
@require_POST
def contact_archive(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    contact = get_person_to_change(staff, code, everywhere=True)
    try:
        archive_unless_named(contact=contact, by=Actor.staff(staff, request), now=clock.now())
    except (Merged, OnlyContact, StillNamed) as refused:
        messages.error(request, why_not_archived(staff, contact, refused))
        return redirect("contact_show", contact.code)
    undo = reverse("contact_restore", args=[contact.code])
    toast(request, _("%(name)s was archived: nothing more is sent to them.") % {"name": contact.name}, undo_url=undo)
    return redirect("contact_list")


@staff_only
@require_POST
def contact_restore(request: HttpRequest, code: str) -> HttpResponse:
    staff = staff_of(request)
    contact = get_person_to_change(staff, code, everywhere=True)
    try:
        restore_contact(contact=contact, by=Actor.staff(staff, request), now=clock.now())
    except Merged:
        messages.error(request, _("Somebody has merged this contact meanwhile."))
    else:
        toast(request, _("%(name)s is back in the list.") % {"name": contact.name})
    return redirect("contact_show", contact.code)


def why_not_archived(staff: Staff, contact: Contact, refused: Merged | OnlyContact | StillNamed) -> str:
    """What stands in the way, and what to do."""
    if isinstance(refused, OnlyContact):
        said = ngettext(
            "%(name)s was not archived: nobody else stands in %(what)s, and an account always has a contact. Link somebody else to it, "
            "or archive the account.",
            "%(name)s was not archived: nobody else stands in %(what)s, and an account always has a contact. Link somebody else to each, "
            "or archive the accounts.",
            len(refused.accounts),
        )
        return said % {"name": contact.name, "what": ", ".join(refused.accounts)}
    if isinstance(refused, StillNamed):
        said = ngettext(
            "%(name)s was not archived: an open request waits for them: %(what)s. Withdraw it, or wait until it is done.",
            "%(name)s was not archived: open requests wait for them: %(what)s. Withdraw them, or wait until they are done.",
            len(refused.actions),
        )
        return said % {"name": contact.name, "what": requests_in_words(staff, refused.actions)}
    return _("Somebody has merged this contact meanwhile.")
