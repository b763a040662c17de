"""The firm's look, and what stands around every page that a client sees."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.doors import Visitor, Way, accounts_of, is_to_choose, notice_that_led_here
from access.menu import menu_entries
from access.preview import band_of
from access.queries import PortalAccount, code_opened_by, count_to_do
from clients.models import Account
from firms.models import Firm
from ui import shell


def brand_of(firm: Firm) -> shell.Brand:
    contact = firm.show_contact
    return shell.make_brand(
        name=firm.name,
        color=firm.color,
        logo_url=reverse("firm_logo", args=[firm.code, firm.brand_version]) if firm.logo and firm.show_logo else "",
        address_line=firm.address_line if contact else "",
        phone=firm.phone if contact else "",
        website=firm.website,
    )


def page_around(request: HttpRequest, visitor: Visitor, *, at: str = "") -> dict[str, Any]:
    """The context of ui/portal.html. Whoever came by a link alone sees the item and no way to the rest of the portal.

    `at` is the name of the page's own URL, marked in the menu. In a preview there is the one account, and nothing to sign out of.
    """
    around: dict[str, Any] = {"brand": brand_of(visitor.firm), "visitor": shell.Visitor(visitor.name, visitor.account.name)}
    if visitor.way is not Way.SIGNED_IN:
        around |= {"user": AnonymousUser(), "preview": band_of(request)}  # somebody else is, or may be, signed in here: staff, even
    notice = notice_that_led_here(request)
    if notice and not visitor.previewed:
        code = code_opened_by(notice)
        around["opened"] = shell.Opened(reverse("item_opened", args=[code]), code)
    if not visitor.in_portal:
        return around
    mine = accounts_of(request)
    waiting = count_to_do(visitor.firm, [visitor.account, *(each.account for each in mine)], visitor.contact)
    choice = {"accounts": _choices(mine, visitor.account, waiting), "to_choose": is_to_choose(request)}
    return {**around, **choice, "nav": _menu(visitor, waiting.get(visitor.account.pk, 0), at)}


def _menu(visitor: Visitor, waiting: int, at: str) -> list[shell.NavItem]:
    entries = menu_entries()
    new = {each.name: each.count(visitor.firm, visitor.account, visitor.contact) for each in entries}
    pages = (
        ("portal_home", _("To do"), "checklist", waiting, ngettext("thing to do", "things to do", waiting)),
        ("portal_done", _("Done"), "circle-check", 0, ""),
        ("portal_documents", _("Documents"), "files", 0, ""),
        *((each.name, str(each.title), each.icon, new[each.name], each.counted(new[each.name])) for each in entries),
        ("portal_preferences", _("My preferences"), "bell", 0, ""),
        ("portal_profile", _("My details"), "user", 0, ""),
    )
    return [
        shell.NavItem(title, reverse(name), icon, at == name, *((str(count), said) if count else ("", "")))
        for name, title, icon, count, said in pages
    ]


def _choices(mine: list[PortalAccount], current: Account, waiting: dict[int, int]) -> list[shell.AccountChoice]:
    return [
        shell.AccountChoice(
            name=each.account.name,
            url=reverse("account_switch", args=[each.account.code]),
            note=_note(waiting.get(each.account.pk, 0)),
            current=each.account.pk == current.pk,
        )
        for each in mine
    ]


def _note(waiting: int) -> str:
    if not waiting:
        return _("Nothing to do")
    return ngettext("%(count)s thing to do", "%(count)s things to do", waiting) % {"count": waiting}
