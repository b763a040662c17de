"""Who is believed about where a request comes from."""

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from lib.network import address_of, network_of

PROXY, CLIENT, LIE = "172.18.0.1", "203.0.113.9", "198.51.100.7"


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "", PROXY),
        (0, LIE, PROXY),
        (1, CLIENT, CLIENT),
        (1, f"{LIE}, {CLIENT}", CLIENT),
        (2, f"{LIE}, {CLIENT}, 10.0.0.2", CLIENT),
        (2, CLIENT, PROXY),  # did not come by both
        (1, "", PROXY),
        (1, f"{LIE}, nonsense", PROXY),
        (1, " 2001:db8::1 ", "2001:db8::1"),
        (1, "::ffff:203.0.113.9", CLIENT),
    ],
)
def test_only_what_our_own_proxies_appended_is_believed(proxies: int, told: str, address: str, settings: Settings) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": told}, REMOTE_ADDR=PROXY)
    assert address_of(request) == address


def test_socket_without_an_address_has_none() -> None:
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="")) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", "unknown"),
    ],
)
def test_limits_count_what_one_caller_may_choose_from(address: str, network: str) -> None:
    assert network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network
