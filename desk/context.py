"""What the shell around every staff page shows: the main navigation, who is signed in, where to search."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from access.preview import is_previewed
from actions.queries import overdue, visible_actions
from desk.pages import today_of
from firms.doors import powers, staff_of
from firms.enums import Role, Side
from firms.models import Staff, User
from firms.rules import may_change_settings
from kinds.chats.queries import unread_threads
from kinds.chats.rules import said_unread
from lib import clock
from lib.counts import Wanted, capped_counts
from ui.paging import said_count
from ui.shell import Member, NavItem

MOST_COUNTED = 999  # by a badge
SETTINGS_PAGES = ("/settings/", "/account/security/")


def shell(request: HttpRequest) -> dict[str, object]:
    """For signed-in staff on a page of ours; nothing for anybody else, nor on an error page. Costs one query when drawn."""
    staff = find_staff(request)
    if staff is None:
        return {}
    return {
        "nav": SimpleLazyObject(lambda: navigation(request, staff)),
        "member": Member(staff.name, staff.firm.name, str(Role(staff.role).label)),
        "staff": staff,
        "firm": staff.firm,
        "search_url": reverse("search"),
    }


def find_staff(request: HttpRequest) -> Staff | None:
    """None rather than an error: an error page has a context too, and a broken transaction reads no rows."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or user.side != Side.STAFF or not is_desk_page(request):
        return None
    try:
        return staff_of(request)
    except (PermissionDenied, DatabaseError):
        return None


def is_desk_page(request: HttpRequest) -> bool:
    """A page that was found and did not fail; what an e-mailed link has opened, or a preview shows, is the client's."""
    failed = request.resolver_match is None or getattr(request, "view_raised", False)
    return not failed and getattr(request, "link_notice", None) is None and not is_previewed(request)


def navigation(request: HttpRequest, staff: Staff) -> list[NavItem]:
    """Only pages that exist; the one that stands under the request's path is active."""
    pages = ("home", "account_list", "contact_list", "action_list", "thread_list", "document_list", "outbox_list", "activity_list")
    home, accounts, contacts, requests, chats, documents, outbox, activity = map(reverse, pages)
    path, late, unread = request.path, *count_badges(staff)
    return [
        NavItem(_("Start"), home, "home", path == home),
        NavItem(_("Accounts"), accounts, "building-store", path.startswith(accounts)),
        NavItem(_("Contacts"), contacts, "users", path.startswith(contacts)),
        NavItem(
            _("Requests"), requests, "checklist", path.startswith(requests),
            badge=said_count(late, MOST_COUNTED) if late else "", badge_title=_("overdue"), badge_color="red",
        ),
        NavItem(
            _("Messages"), chats, "message-2", path.startswith(chats), badge=said_count(unread, MOST_COUNTED) if unread else "",
            badge_title=said_unread(unread), badge_color="azure",
        ),
        NavItem(_("Documents"), documents, "files", path.startswith((documents, "/approvals/"))),
        NavItem(_("Outbox"), outbox, "mail-forward", path.startswith(outbox)),
        NavItem(_("Activity"), activity, "activity", path.startswith(activity)),
        NavItem(_("Settings"), settings_of(staff), "settings", path.startswith(SETTINGS_PAGES)),
        *([NavItem(_("Demo: e-mails and clock"), reverse("demo_mail"), "mail")] if settings.DEMO else []),
    ]  # fmt: skip


def settings_of(staff: Staff) -> str:
    """Where the settings begin: the firm's for whoever may change them, else one's own."""
    return reverse("settings_firm" if may_change_settings(powers(staff)) else "mfa_index")


def count_badges(staff: Staff) -> tuple[int, int]:
    """How many requests are overdue, and how many conversations unread; one query for both, on every page."""
    late = visible_actions(staff).filter(overdue(today_of(staff.firm, clock.now())))
    wanted = {"late": Wanted(late, MOST_COUNTED), "unread": Wanted(unread_threads(staff), MOST_COUNTED)}
    try:
        counts = capped_counts(wanted)
    except DatabaseError:
        return 0, 0
    return counts["late"] or 0, counts["unread"] or 0
