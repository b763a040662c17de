"""A client's own details, and what they receive. The firm reads the activity lines: they speak its language, not the client's."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access.doors import Visitor, accounts_of
from access.look import page_around
from clients.addresses import change_preferences
from clients.models import Account, language_of
from clients.people import change_details
from lib import clock
from portal.forms import OwnPreferencesForm, ProfileForm
from portal.pages import portal_page
from portal.queries import own_uses
from ui.forms import posted
from ui.toasts import toast

FORM = ["GET", "HEAD", "POST"]


@portal_page
@require_http_methods(FORM)
def portal_profile(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    form = ProfileForm(posted(request), contact=visitor.contact, account=visitor.account)
    if form.is_valid():
        return save_profile(request, visitor, form)
    addresses = {use.address.pk: use.address for use in own_uses(visitor, accounts_to_choose_for(request, visitor))}
    context = {"form": form, "addresses": addresses.values(), "firm": visitor.firm, "me": visitor}
    return render(request, "portal/profile.html", {**page_around(request, visitor, at="portal_profile"), **context})


def save_profile(request: HttpRequest, visitor: Visitor, form: ProfileForm) -> HttpResponse:
    """From here on pages speak the language that was chosen, whatever had been chosen in the foot of a page before (M32)."""
    with translation.override(visitor.firm.language):
        contact = change_details(
            account=visitor.account, contact=visitor.contact, by=visitor.actor(), now=clock.now(), **form.changed
        )  # fmt: skip
    response = redirect("portal_profile")
    if "language" in form.changed:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_COOKIE_PATH, settings.LANGUAGE_COOKIE_DOMAIN)
    spoken = language_of(contact, visitor.account) if "language" in form.changed else translation.get_language()
    with translation.override(spoken):
        toast(request, _("Saved. Your contact at the firm sees what you changed."))
    return response


@portal_page
@require_http_methods(FORM)
def portal_preferences(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    forms = [OwnPreferencesForm(posted(request), use=use) for use in own_uses(visitor, accounts_to_choose_for(request, visitor))]
    if forms and all(form.is_valid() for form in forms):
        save_preferences(visitor, forms)
        toast(request, _("Saved. Your contact at the firm sees what you chose."))
        return redirect("portal_preferences")
    context = {"forms": forms, "firm": visitor.firm}
    return render(request, "portal/preferences.html", {**page_around(request, visitor, at="portal_preferences"), **context})


def save_preferences(visitor: Visitor, forms: list[OwnPreferencesForm]) -> None:
    now = clock.now()
    with translation.override(visitor.firm.language):
        for form in forms:
            if form.changed:
                change_preferences(account=form.use.account, address=form.use.address, by=visitor.actor(), now=now, **form.changed)


def accounts_to_choose_for(request: HttpRequest, visitor: Visitor) -> list[Account]:
    """All of the client's; in a preview the one that is looked at."""
    return [visitor.account] if visitor.previewed else [each.account for each in accounts_of(request)]
