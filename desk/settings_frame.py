"""What stands around every settings page: the menu of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from firms.doors import powers, staff_of
from firms.enums import Right
from firms.models import Staff
from firms.rules import has_right, may_change_settings
from ui.shell import Tab


@dataclass(frozen=True, slots=True)
class MenuGroup:
    title: str
    pages: Sequence[Tab]


def frame(request: HttpRequest, at: str) -> dict[str, object]:
    """The context of desk/settings.html for the page whose URL is called `at`."""
    groups = menu_for(staff_of(request), at)
    return {"settings_menu": groups, "settings_title": next((p.title for g in groups for p in g.pages if p.active), "")}


def menu_for(staff: Staff, at: str) -> list[MenuGroup]:
    """The firm's pages for whoever may change them; everybody has their own."""
    firm = [
        ("settings_firm", _("Firm settings")),
        ("settings_place", _("Place and language")),
        ("settings_reminders", _("Reminders")),
        ("team", _("Team and rights")),
        ("settings_security", _("Sign-in and security")),
        ("settings_sending", _("Sending")),
        ("settings_way", _("Mail service")),
    ]
    clients = [("settings_fields", _("Custom fields")), ("settings_groups", _("Groups")), ("settings_tags", _("Tags"))]
    mine = [("mfa_index", _("My sign-in"))]
    groups = [MenuGroup(_("Firm"), pages_of(firm, at)), MenuGroup(_("Clients"), pages_of(clients, at))]
    asking = [MenuGroup(_("Requests"), pages_of([("settings_templates", _("Request templates"))], at))]
    return [
        *(groups if may_change_settings(powers(staff)) else []),
        *(asking if has_right(powers(staff), Right.MANAGE_ACTIONS) else []),
        MenuGroup(_("Me"), pages_of(mine, at)),
    ]


def pages_of(pages: Sequence[tuple[str, str]], at: str) -> list[Tab]:
    return [Tab(title, reverse(name), name == at) for name, title in pages]
