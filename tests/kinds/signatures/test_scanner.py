"""A mail scanner follows every link and posts every form it finds: nothing comes of it."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from access.models import ActCode
from actions.models import Action, ActionParty
from firms.models import ActivityLine
from kinds.signatures.models import Signature, SignatureRequest
from notifications.models import Notice
from tenancy.context import firm_context
from tests.people import Lumiere, Peeters
from tests.signing import asked, link_path


class Forms(HTMLParser):
    """The forms of a page: (method, action, {field: value as it stands}), and its links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("method", "get"), given.get("action", ""), {}))
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif tag in ("input", "textarea", "button") and self.forms and given.get("name") and is_sent(given):
            self.forms[-1][2][given["name"]] = given.get("value", "")


def is_sent(given: dict[str, str]) -> bool:
    return given.get("type") != "checkbox" or "checked" in given


def scan(client: Client, start: str) -> set[str]:
    """Follows and posts everything within reach, as it stands; the addresses it has seen."""
    seen, waiting = set[str](), [start]
    while waiting:
        path = waiting.pop()
        if path in seen or not re.match(r"/(a|l|portal|c|sign)", path):
            continue
        seen.add(path)
        answer = client.get(path, follow=True)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        found = Forms(answer.content.decode())
        waiting += found.links
        for method, action, fields in found.forms:
            seen.add(action)
            if method == "post":
                answer = client.post(action, fields, follow=True)
                waiting += Forms(answer.content.decode()).links
    return seen


def state_of_everything(firm_id: int) -> list[object]:
    with firm_context(firm_id):
        models = (Action, ActionParty, Signature, SignatureRequest, ActCode, Notice, ActivityLine)
        return [list(model._default_manager.order_by("pk").values()) for model in models]


def test_scanner_that_follows_and_posts_everything_changes_nothing(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    before = state_of_everything(lumiere.firm.pk)
    client = Client(enforce_csrf_checks=True)
    seen = scan(client, link_path(action, lumiere.nadia_address))
    assert {f"/a/{action.code}/decline/", f"/a/{action.code}/sign/"} <= seen
    assert state_of_everything(lumiere.firm.pk) == before


@pytest.mark.parametrize("part", ["sign/", "decline/", "code/", "code/again/"])
def test_post_without_the_page_s_own_token_is_refused(two_firms: tuple[Lumiere, Peeters], part: str) -> None:
    lumiere, _ = two_firms
    action = asked(lumiere)
    client = Client(enforce_csrf_checks=True)
    client.get(link_path(action, lumiere.nadia_address), follow=True)
    before = state_of_everything(lumiere.firm.pk)
    everything = {"typed_name": "x", "accepted": "on", "reason": "x", "code": "123456"}
    assert client.post(f"/a/{action.code}/{part}", everything).status_code == 403
    assert state_of_everything(lumiere.firm.pk) == before
