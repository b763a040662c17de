"""The only pictures of an e-mail, from our own origin: a firm's logo, and the signs of networks."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from access.views import find_firm
from firms.enums import SocialNetwork
from tenancy.context import current_firm_id
from ui.signs import sign_png

_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


@require_safe
def firm_logo(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """For e-mails and pages: a picture by its content, or nothing. `version` only makes the address new when the logo is."""
    firm = find_firm(current_firm_id())
    if firm is None or not firm.logo:
        raise Http404
    with firm.logo.open("rb") as file:
        content = file.read()
    kind = _kind_of(content)
    if not kind:
        raise Http404
    return HttpResponse(content, content_type=kind, headers=_FOREVER)


def _kind_of(content: bytes) -> str:
    if content.startswith(_PNG):
        return "image/png"
    if content.startswith(_JPEG):
        return "image/jpeg"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""


@require_safe
def social_icon(request: HttpRequest, network: str) -> HttpResponse:
    if network not in SocialNetwork.values:
        raise Http404
    return HttpResponse(sign_png(network), content_type="image/png", headers=_FOREVER)
