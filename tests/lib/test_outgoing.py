"""Where a firm may make us connect to."""

import socket
from contextlib import closing

import pytest
from pytest_django.fixtures import Settings

from lib.outgoing import ForbiddenHost, addresses_outside, connect_outside, connect_to_first, is_allowed, is_outside

INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    "fec0::1", "feff::1", "::10.0.0.1", "::169.254.169.254", "::ffff:0:127.0.0.1", "::ffff:0:192.168.1.1", "64:ff9b::a9fe:a9fe",
    "2002:a00:1::1", "2001:0:808:808:0:0:f5ff:fffe",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_networks_of_ours_are_inside(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "::ffff:0:8.8.8.8"])
def test_addresses_of_the_world_are_outside(address: str) -> None:
    assert is_outside(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "a" * 64 + ".example", ""])
def test_no_way_of_writing_this_machine_is_connected_to(host: str) -> None:
    with pytest.raises(OSError):
        connect_outside(host, 25, 1)


def test_the_operator_lets_in_by_name_address_or_network(settings: Settings) -> None:
    settings.OUTGOING_ALLOWED = ["mail.intranet", "10.1.0.0/16", "192.168.1.5"]
    assert [is_allowed("mail.intranet", "172.16.0.9"), is_allowed("x", "10.1.9.9"), is_allowed("x", "192.168.1.5")] == [True] * 3
    assert [is_allowed("other.intranet", "172.16.0.9"), is_allowed("x", "10.2.0.1"), is_allowed("x", "::1")] == [False] * 3


def test_one_address_inside_forbids_the_name(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name of the attacker's that leads outside and inside: which of them answers would be left to chance."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 25)) for address in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(ForbiddenHost):
        addresses_outside("twice.example", 25, 1)


def test_no_more_than_three_addresses_of_a_host_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = list[tuple[str, int]]()

    def refuse(address: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(ConnectionRefusedError):
        connect_to_first([f"192.0.2.{number}" for number in range(1, 9)], 25, 1)
    assert tried == [("192.0.2.1", 25), ("192.0.2.2", 25), ("192.0.2.3", 25)]


def test_a_silent_address_leaves_the_others_their_share_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = list[float]()

    def be_silent(address: tuple[str, int], timeout: float) -> socket.socket:
        shares.append(timeout)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", be_silent)
    with pytest.raises(TimeoutError):
        connect_to_first(["192.0.2.1", "192.0.2.2", "192.0.2.3"], 25, 30)
    assert shares == [pytest.approx(10, abs=1), pytest.approx(15, abs=1), pytest.approx(30, abs=1)]


def test_what_is_allowed_is_connected_to(settings: Settings) -> None:
    settings.OUTGOING_ALLOWED = ["127.0.0.1"]
    with socket.create_server(("127.0.0.1", 0)) as server, closing(connect_outside("127.0.0.1", server.getsockname()[1], 1)) as opened:
        assert opened.getpeername() == server.getsockname()
