"""The conversations with one account, as a tab of its profile."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clients.queries import get_account_for, may_change
from desk.account_pages import frame
from desk.pages import PER_PAGE
from firms.doors import staff_of, staff_only
from firms.enums import Right
from kinds.chats.queries import ordered, rows_of, visible_threads, with_row
from lib import clock


@staff_only
@require_safe
def account_chats(request: HttpRequest, code: str) -> HttpResponse:
    """Unread ones first, archived ones among them."""
    staff, now = staff_of(request), clock.now()
    account = get_account_for(staff, code)
    threads = ordered(with_row(visible_threads(staff).filter(account=account), staff))
    page = Paginator(threads, PER_PAGE).get_page(request.GET.get("page"))
    may_ask = account.archived_at is None and may_change(staff, account, Right.MANAGE_ACTIONS)
    context = {"page": page, "rows": rows_of(page), "may_ask": may_ask}
    return render(request, "desk/account_chats.html", {**frame(account, staff, "account_chats", now), **context})
