"""E-mailed item links: a link opens one request for one address, and nothing else."""

import re
from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.http import HttpRequest

from lib.codes import digest

TOKEN = re.compile(r"[a-z2-7]{32}")  # what lib.codes.derived_token makes, and nothing near it
LINK_PAGE = re.compile(r"/l/([^/]*)/?")
ITEM_PAGE = re.compile(r"/a/([^/]+)/")
KEPT = "item_links"  # in the session: {action code: [firm id, notice id]}
KEPT_AT_MOST = 40  # the oldest are forgotten first; their e-mail still opens them


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """What a token belongs to."""

    firm_id: int
    notice_id: int


def find_target(token: str) -> LinkTarget | None:
    """The notice whose e-mail holds this token, in whatever firm; ids alone."""
    if not TOKEN.fullmatch(token):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT firm_id, notice_id FROM notice_of_link(%s)", [digest(token)])
        row = cursor.fetchone()
    return LinkTarget(*row) if row else None


def target_of_link(request: HttpRequest) -> LinkTarget | None:
    """What the link that is being followed belongs to; asked once a request."""
    if not hasattr(request, "link_target"):
        match = LINK_PAGE.fullmatch(request.path_info)
        request.link_target = find_target(match.group(1)) if match else None  # type: ignore[attr-defined]
    return request.link_target  # type: ignore[attr-defined, no-any-return]


def remember_link(session: SessionBase, code: str, target: LinkTarget) -> None:
    """Lets this browser open the item `code` from now on, for as long as the link itself is good."""
    kept = {key: value for key, value in session.get(KEPT, {}).items() if key != code}
    kept[code] = [target.firm_id, target.notice_id]
    session[KEPT] = dict(list(kept.items())[-KEPT_AT_MOST:])


def remembered_link(session: SessionBase, code: str) -> LinkTarget | None:
    kept = session.get(KEPT, {}).get(code)
    return LinkTarget(*kept) if kept else None


def find_linked_firm_id(request: HttpRequest) -> int | None:
    """The firm of the link that is followed, or that has opened this item page before."""
    item = ITEM_PAGE.match(request.path_info)
    target = remembered_link(request.session, item.group(1)) if item else target_of_link(request)
    return target.firm_id if target else None
