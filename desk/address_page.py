"""One address: whether e-mails go to it and why not, what was decided for it, and stopping or beginning again by hand."""

from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from clients.contact_queries import get_person_for, get_person_to_change, may_change_everywhere
from clients.models import Address, Contact
from desk.why_log import log_of_address
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.models import Staff
from lib import clock
from lib.codes import is_code
from notifications.enums import SuppressionReason
from notifications.models import Suppression
from notifications.services import suppress_address
from notifications.suppressions import (
    ASKED_TWICE,
    find_suppression,
    lift_suppression,
    put_back_suppression,
    requests_waiting_for,
)
from ui.toasts import toast


class WhyForm(forms.Form):
    """`sure` is demanded where the reader had asked for no more."""

    why = forms.CharField(label=gettext_lazy("Why"), max_length=300)
    sure = forms.BooleanField(label=gettext_lazy("The reader has asked us for e-mails again"), required=False)

    def __init__(self, *args: object, asks_twice: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["sure"].required = asks_twice
        self.fields["sure"].error_messages["required"] = _("Ask the reader first: without their word it stays as it is.")
        if not asks_twice:
            del self.fields["sure"]


@dataclass(frozen=True, slots=True)
class Stand:
    """Why nothing goes to the address, where nothing does."""

    suppression: Suppression

    @property
    def reason(self) -> str:
        return str(self.suppression.get_reason_display())

    @property
    def origin(self) -> str:
        return str(self.suppression.get_origin_display())

    @property
    def asks_twice(self) -> bool:
        return self.suppression.reason in ASKED_TWICE


@staff_only
@require_safe
def address_show(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    contact, address = get_contact_address(staff_of(request), code, address_code)
    return _page(request, contact, address, None)


def get_contact_address(staff: Staff, code: str, address_code: str, *, to_change: bool = False) -> tuple[Contact, Address]:
    """An address of somebody in sight; 403 where it is not this person's to change everywhere."""
    contact = get_person_to_change(staff, code, everywhere=True) if to_change else get_person_for(staff, code)
    if not is_code(address_code):
        raise Http404
    return contact, get_object_or_404(Address, firm=staff.firm_id, contact=contact, code=address_code)


def _page(request: HttpRequest, contact: Contact, address: Address, form: WhyForm | None, *, status: int = 200) -> HttpResponse:
    staff, found = staff_of(request), find_suppression(address)
    stand = Stand(found) if found else None
    context = {
        "contact": contact,
        "address": address,
        "stand": stand,
        "form": form or WhyForm(asks_twice=bool(stand and stand.asks_twice)),
        "waiting": requests_waiting_for(address),
        "may_change": contact.archived_at is None and may_change_everywhere(staff, contact),
        "earlier": Suppression.objects.filter(firm=staff.firm_id, address=address, lifted_at__isnull=False)
        .select_related("lifted_by")
        .order_by("-pk")[:5],
        "log": log_of_address(address, staff, request.GET),
    }
    return render(request, "desk/address.html", context, status=status)


@staff_only
@require_POST
def address_stop(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    staff = staff_of(request)
    contact, address = get_contact_address(staff, code, address_code, to_change=True)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _page(request, contact, address, form, status=422)
    done = suppress_address(
        firm=staff.firm, address_id=address.pk, reason=SuppressionReason.BY_STAFF, detail=form.cleaned_data["why"],
        by=Actor.staff(staff, request), now=clock.now(),
    )  # fmt: skip
    if done:
        undo = reverse("address_undo", args=[contact.code, address.code])
        toast(request, _("Nothing more goes to %(email)s.") % {"email": address.email}, undo_url=undo)
    return redirect("address_show", contact.code, address.code)


@staff_only
@require_POST
def address_again(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    staff = staff_of(request)
    contact, address = get_contact_address(staff, code, address_code, to_change=True)
    found = find_suppression(address)
    form = WhyForm(request.POST, asks_twice=bool(found and found.reason in ASKED_TWICE))
    if not form.is_valid():
        return _page(request, contact, address, form, status=422)
    if _lift(request, staff, address, form.cleaned_data["why"]):
        undo = reverse("address_undo", args=[contact.code, address.code])
        toast(request, _("E-mails go to %(email)s again, from the next on.") % {"email": address.email}, undo_url=undo)
    return redirect("address_show", contact.code, address.code)


@staff_only
@require_POST
def address_undo(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    """Takes back what staff did last with it; what a mail server or a reader said stays."""
    staff = staff_of(request)
    contact, address = get_contact_address(staff, code, address_code, to_change=True)
    found = find_suppression(address)
    if found is None:
        done = put_back_suppression(firm=staff.firm, address=address, by=Actor.staff(staff, request), now=clock.now())
    else:
        done = found.reason == SuppressionReason.BY_STAFF and _lift(request, staff, address, _("Taken back"))
    toast(request, _("It is as it was before.") if done else _("Nothing was changed: something else has happened since."))
    return redirect("address_show", contact.code, address.code)


def _lift(request: HttpRequest, staff: Staff, address: Address, why: str) -> bool:
    return lift_suppression(firm=staff.firm, address=address, why=why, staff=staff, by=Actor.staff(staff, request), now=clock.now())
