"""A form that comes twice, by a double click or from a browser that tries again, does once what it asks for.

`{% once %}` puts a token into the form. The same token with the same content is the same sending; whoever goes back, changes
something and sends again means another one.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from firms.models import Firm, SentForm
from lib.codes import digest, is_code
from ui.toasts import toast

KEPT = timedelta(days=2)


def where_it_led(request: HttpRequest, firm: Firm, now: datetime) -> str:
    """The address to which this very form led when it was sent before, "" when it never was.

    Who sends it at the same moment waits here until the transaction of the other ends.
    """
    mark = _mark_of(request)
    if mark is None:
        return ""
    _forget_old(firm, now)
    sent, _ = SentForm.objects.select_for_update().get_or_create(firm=firm, mark=mark, defaults={"at": now})
    return sent.led_to


def note_where_it_leads(request: HttpRequest, firm: Firm, address: str) -> None:
    """Called once it is done, in the transaction of `where_it_led`."""
    mark = _mark_of(request)
    if mark is not None:
        SentForm.objects.filter(firm=firm, mark=mark).update(led_to=address)


def lead_again(request: HttpRequest, address: str) -> HttpResponse:
    """To what the form made the first time."""
    toast(request, _("This was sent already: here it is."))
    return redirect(address)


def _mark_of(request: HttpRequest) -> bytes | None:
    if not is_code(request.POST.get("once", "")):
        return None
    files = [(name, file.name, file.size) for name, sent in request.FILES.lists() for file in sent]
    return digest(repr((request.get_full_path(), sorted(request.POST.lists()), sorted(files, key=repr))))


def _forget_old(firm: Firm, now: datetime) -> None:
    old = SentForm.objects.filter(firm=firm, at__lt=now - KEPT).select_for_update(skip_locked=True)
    SentForm.objects.filter(firm=firm, pk__in=list(old.values_list("pk", flat=True)[:100])).delete()
