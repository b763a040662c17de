"""Where a request comes from."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The caller's network address: as the outermost of our own proxies saw it, else as the web server did.

    Whoever calls can write into X-Forwarded-For what they like; only what our proxies appended, at its end, is believed.
    """
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    proxies: int = settings.PROXIES
    told = hops[-proxies] if 0 < proxies <= len(hops) else ""
    return _valid(told) or _valid(request.META.get("REMOTE_ADDR", ""))


def _valid(text: str) -> str | None:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None
