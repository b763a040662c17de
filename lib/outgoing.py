"""Connections to hosts that a firm has named: resolved once, to public addresses alone, and connected to by that very address."""

import socket
from collections.abc import Iterable, Sequence
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from time import monotonic

from django.conf import settings

from lib.within import within

# They hold an IPv4 address in their last bits, as mapped ones, 6to4 and Teredo do in theirs: NAT64, SIIT, and those once "compatible".
HOLDS_IPV4 = [ip_network(network) for network in ("64:ff9b::/96", "::ffff:0:0:0/96", "::/96")]
MOST_TRIED = 3  # addresses of a host
A_MOMENT = 0.001  # seconds: a socket takes 0 for "do not wait at all"

type Address = IPv4Address | IPv6Address


class ForbiddenHost(OSError):
    """The name leads into a network of ours, or nowhere that the whole world could reach."""


def connect_outside(host: str, port: int, timeout: float) -> socket.socket:
    """A socket to the first of the host's addresses that answers. Raises `ForbiddenHost` where one of them is none of the outside's."""
    ends_at = monotonic() + timeout
    addresses = addresses_outside(host, port, timeout)
    return connect_to_first(addresses, port, ends_at - monotonic())


def addresses_outside(host: str, port: int, timeout: float) -> list[str]:
    """All that the name resolves to now. One that is not public forbids the host: which of them answers is left to chance."""
    try:
        addresses = addresses_of(host, port, timeout)
    except UnicodeError as error:  # a label that is empty or too long
        raise ForbiddenHost(f"{host} is no host name") from error
    for address in addresses:
        if not is_outside(address) and not is_allowed(host, address):
            raise ForbiddenHost(f"{host} is not a public address")
    return addresses


def addresses_of(host: str, port: int, timeout: float) -> list[str]:
    """All that the name resolves to now, wherever that is. Raises OSError, TimeoutError among them, or UnicodeError."""
    found = within(timeout, partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM))
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_outside(address: str) -> bool:
    """Whether the whole world can reach it; an IPv6 address that holds an IPv4 one is as good as that one."""
    told = ip_address(address.partition("%")[0])
    return all(part.is_global and not part.is_multicast and not _is_of_a_site(part) for part in [told, *_within(told)])


def _is_of_a_site(part: Address) -> bool:
    """fec0::/10, given up long ago; networks that use it still are somebody's own."""
    return isinstance(part, IPv6Address) and part.is_site_local


def _within(told: Address) -> Iterable[Address]:
    if isinstance(told, IPv6Address):
        held = [told.ipv4_mapped, told.sixtofour, *(told.teredo or ())]
        yield from (part for part in held if part is not None)
        if any(told in network for network in HOLDS_IPV4):
            yield IPv4Address(int(told) & 0xFFFFFFFF)


def is_allowed(host: str, address: str) -> bool:
    """Whether the operator lets firms connect there all the same: by name, by address or by network."""
    told = ip_address(address.partition("%")[0])
    return any(entry == host.lower() or _holds(entry, told) for entry in settings.OUTGOING_ALLOWED)


def _holds(entry: str, told: Address) -> bool:
    try:
        return told in ip_network(entry, strict=False)
    except ValueError:  # a name
        return False


def connect_to_first(addresses: Sequence[str], port: int, timeout: float) -> socket.socket:
    """A socket to the first of three that answers, all within `timeout`: one that is silent leaves the next ones their share of it."""
    ends_at, tried = monotonic() + timeout, addresses[:MOST_TRIED]
    refused: OSError = ForbiddenHost("The host has no address")
    for place, address in enumerate(tried):
        share = (ends_at - monotonic()) / (len(tried) - place)
        try:
            return socket.create_connection((address, port), max(share, A_MOMENT))
        except OSError as error:
            refused = error
    raise refused
