"""The caught e-mails, as their readers see them."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from demo.logins import read_logins
from demo.mailbox import Letter, in_new_tabs, list_letters, open_letter
from demo.pages import clock_panel, show
from ui.shell import Tab

PER_PAGE = 25
WIDTHS = (700, 375)
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"  # its links open beside it; it runs no script and sees no cookie
LETTERS_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": SANDBOX.split(),
}


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """The list; asked again by htmx, its rows alone, and nothing at all while they are the same."""
    letters = list_letters()
    state = f"{len(letters)}-{letters[0].id if letters else ''}"
    if request.headers.get("HX-Request") and request.headers.get("X-Seen") == state:
        return HttpResponse(status=204)
    wanted = Wanted(request.GET.get("q", "").strip(), request.GET.get("to", ""))
    page = Paginator([letter for letter in letters if wanted.fits(letter)], PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "state": state, "url": request.get_full_path(), "wanted": wanted, "caught": bool(letters)}
    if request.headers.get("HX-Request"):
        return show(request, "demo/_letters.html", context)
    recipients = sorted({letter.recipient for letter in letters})
    return show(request, "demo/mail.html", {**context, "recipients": recipients, "panel": clock_panel(), "logins": read_logins()})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; nothing where both are empty."""

    words: str
    recipient: str

    def fits(self, letter: Letter) -> bool:
        text = f"{letter.subject} {letter.sender} {letter.to}".casefold()
        return self.recipient in ("", letter.recipient) and self.words.casefold() in text


@require_safe
def mail_show(request: HttpRequest, letter_id: str) -> HttpResponse:
    opened = open_letter(letter_id)
    width = 375 if request.GET.get("width") == "375" else 700
    view = request.GET.get("view", "")
    if view not in ("text", "headers"):
        view = "page" if opened.html else "text"
    context = {"opened": opened, "letter": opened.letter, "view": view, "tabs": tabs(letter_id, view, has_html=bool(opened.html))}
    return show(request, "demo/mail_show.html", {**context, "width": width, "widths": WIDTHS, "sandbox": SANDBOX})


def tabs(letter_id: str, view: str, *, has_html: bool) -> list[Tab]:
    url = reverse("demo_mail_show", args=[letter_id])
    known = [("page", _("E-mail"), url), ("text", _("Text part"), f"{url}?view=text"), ("headers", _("Headers"), f"{url}?view=headers")]
    return [Tab(title, address, active=name == view) for name, title, address in known if has_html or name != "page"]


@require_safe
@xframe_options_sameorigin
@csp_override(LETTERS_POLICY)
def mail_page(request: HttpRequest, letter_id: str) -> HttpResponse:
    """The HTML part as it is. Whatever is in it, the policy that comes with it lets it show text and our own pictures only."""
    opened = open_letter(letter_id)
    if not opened.html:
        raise Http404
    return HttpResponse(in_new_tabs(opened.html))
