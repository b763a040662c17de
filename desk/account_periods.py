"""How often an account sends its documents, and periods that are said to be complete: from its Documents tab."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.queries import get_account_to_change
from files.queries import RIGHT
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from kinds.documents.enums import Rhythm
from kinds.documents.queries import get_complete_to_change
from kinds.documents.services import reopen_period, set_rhythm
from lib import clock
from ui.toasts import toast


@staff_only
@require_POST
def vat_rhythm(request: HttpRequest, code: str) -> HttpResponse:
    """None is chosen with an empty value; 404 for what is no choice at all, so that a slip takes no rhythm away."""
    staff = staff_of(request)
    account = get_account_to_change(staff, code, RIGHT)
    chosen = request.POST.get("rhythm")
    if chosen not in ("", *Rhythm.values):
        raise Http404
    set_rhythm(account=account, rhythm=Rhythm(chosen) if chosen else None, by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("The VAT period was saved."))
    return redirect("account_documents", code)


@staff_only
@require_POST
def period_reopen(request: HttpRequest, code: str, period: str) -> HttpResponse:
    staff = staff_of(request)
    reopen_period(complete=get_complete_to_change(staff, code, period), by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("The period is open again: the client can say anew that all is sent."))
    return redirect("account_documents", code)
