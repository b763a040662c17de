"""Amazon SNS asks, before it tells anything, whether somebody wants to hear it: the answer is a visit to an address of Amazon's own."""

import json
import re
from functools import partial
from urllib.parse import urlsplit

import requests
from django.http import HttpRequest

from lib.within import within

AMAZON = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
PATIENCE = 10  # seconds


class NotAmazon(Exception):
    """The address is none of Amazon SNS."""


def confirm_subscription(request: HttpRequest) -> None:
    """Says yes to a call that has been checked and asks for it; of any other nothing follows. Raises `NotAmazon`, or `OSError`."""
    asked = json.loads(request.body)
    if asked.get("Type") == "SubscriptionConfirmation":
        visit(str(asked.get("SubscribeURL", "")))


def visit(url: str) -> None:
    """Over TLS, to Amazon SNS, and wherever that leads no further."""
    place = urlsplit(url)
    if place.scheme != "https" or not AMAZON.fullmatch(place.netloc):
        raise NotAmazon(place.netloc)
    within(PATIENCE, partial(requests.get, url, timeout=PATIENCE, allow_redirects=False)).raise_for_status()
