"""Where a request comes from."""

from ipaddress import IPv6Address, IPv6Network, ip_address

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


def network_of(request: HttpRequest) -> str:
    """Whoever shares a limit: an IPv4 address, or the /64 of an IPv6 one, where a single machine may call from any address of it."""
    told = address_of(request)
    if told is None:
        return "unknown"
    address = ip_address(told)
    return str(IPv6Network((address, 64), strict=False)) if isinstance(address, IPv6Address) else told


def _valid(text: str) -> str | None:
    """As it is usually written; an IPv4 address that a socket for both kinds shows as ::ffff:192.0.2.7 is one."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)
