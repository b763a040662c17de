"""The only pictures of an e-mail, from our own origin: a firm's logo, and the signs of networks."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from access.views import find_firm
from firms.enums import SocialNetwork
from tenancy.context import current_firm_id
from ui.signs import sign_png

_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_FOR_AN_HOUR = {"Cache-Control": "public, max-age=3600"}
_PNG = b"\x89PNG\r\n\x1a\n"


@require_safe
def firm_logo(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The present logo, a PNG of ours (firms/logo_reading.py). Earlier e-mails ask for an earlier version; a later one is nobody's."""
    firm = find_firm(current_firm_id())
    if firm is None or not firm.logo or version > firm.brand_version:
        raise Http404
    try:
        with firm.logo.open("rb") as file:
            content = file.read()
    except FileNotFoundError:  # replaced a moment ago, or not restored from a backup
        raise Http404 from None
    if not content.startswith(_PNG):
        raise Http404
    return HttpResponse(content, content_type="image/png", headers=_FOREVER if version == firm.brand_version else _FOR_AN_HOUR)


@require_safe
def social_icon(request: HttpRequest, network: str) -> HttpResponse:
    if network not in SocialNetwork.values:
        raise Http404
    return HttpResponse(sign_png(network), content_type="image/png", headers=_FOREVER)
