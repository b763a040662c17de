"""Connections to hosts that a firm has named: resolved once, to public addresses alone, and connected to by that very address."""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings

NAT64 = ip_network("64:ff9b::/96")  # holds an IPv4 address in its last bits, as 6to4 and mapped ones do elsewhere

type Address = IPv4Address | IPv6Address


class ForbiddenHost(OSError):
    """The name leads into a network of ours, or nowhere that the whole world could reach."""


def connect_outside(host: str, port: int, timeout: float) -> socket.socket:
    """A socket to the first of the host's addresses that answers. Raises `ForbiddenHost` where one of them is none of the outside's."""
    return _first_to_answer(addresses_outside(host, port), port, timeout)


def addresses_outside(host: str, port: int) -> list[str]:
    """All that the name resolves to now. One that is not public forbids the host: which of them answers is left to chance."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or too long
        raise ForbiddenHost(f"{host} is no host name") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not is_outside(address) and not is_allowed(host, address):
            raise ForbiddenHost(f"{host} is not a public address")
    return addresses


def is_outside(address: str) -> bool:
    """Whether the whole world can reach it; an IPv6 address that holds an IPv4 one is as good as that one."""
    told = ip_address(address.partition("%")[0])
    return all(part.is_global and not part.is_multicast for part in [told, *_within(told)])


def _within(told: Address) -> Iterable[Address]:
    if isinstance(told, IPv6Address):
        held = [told.ipv4_mapped, told.sixtofour, *(told.teredo or ())]
        yield from (part for part in held if part is not None)
        if told in NAT64:
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


def _first_to_answer(addresses: Iterable[str], port: int, timeout: float) -> socket.socket:
    refused: OSError = ForbiddenHost("The host has no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            refused = error
    raise refused
