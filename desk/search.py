"""Search everything: accounts, people, requests, documents and conversations."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from actions.queries import actions_matching, visible_actions
from clients.models import Account, AccountContact, Contact
from clients.queries import current_accounts, visible_accounts, visible_contacts
from clients.search import accounts_matching, contacts_matching
from desk.queries import with_row
from desk.rows import Row, rows_of
from files.models import File
from files.queries import files_matching, visible_files
from firms.doors import staff_of, staff_only
from firms.models import Staff
from kinds.chats.models import Thread
from kinds.chats.queries import threads_matching, visible_threads
from lib import clock
from ui.filters import search_of

MOST = 10  # of each; the lists show the rest


@dataclass(frozen=True, slots=True)
class Found:
    """At most `MOST` of each; `more_…` says that there are others."""

    accounts: list[Account]
    contacts: list[Contact]
    requests: list[Row]
    files: list[File]
    threads: list[Thread]
    more_accounts: bool
    more_contacts: bool
    more_requests: bool
    more_files: bool
    more_threads: bool

    @property
    def any(self) -> bool:
        return bool(self.accounts or self.contacts or self.requests or self.files or self.threads)


@staff_only
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    staff, text = staff_of(request), search_of(request.GET)
    return render(
        request, "desk/search.html", {"text": text, "query": urlencode({"q": text}), "found": find(staff, text) if text else None}
    )


def find(staff: Staff, text: str) -> Found:
    """A constant number of queries, whatever is found."""
    accounts = list(accounts_matching(current_accounts(staff).select_related("manager"), text)[: MOST + 1])
    links = AccountContact.objects.filter(account__in=visible_accounts(staff)).select_related("account")
    people = visible_contacts(staff).prefetch_related("addresses", Prefetch("links", links))
    contacts = list(contacts_matching(people, text)[: MOST + 1])
    actions = list(with_row(actions_matching(visible_actions(staff), staff, text)).order_by("-opened_at", "-pk")[: MOST + 1])
    files = list(files_matching(visible_files(staff).select_related("account"), text).order_by("-uploaded_at", "-pk")[: MOST + 1])
    threads = threads_matching(visible_threads(staff).select_related("account"), staff, text)
    threads_found = list(threads.order_by("-last_message_at", "-pk")[: MOST + 1])
    return Found(
        accounts[:MOST],
        contacts[:MOST],
        rows_of(actions[:MOST], staff, clock.now()),
        files[:MOST],
        threads_found[:MOST],
        len(accounts) > MOST,
        len(contacts) > MOST,
        len(actions) > MOST,
        len(files) > MOST,
        len(threads_found) > MOST,
    )
