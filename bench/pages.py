"""What pages cost in a firm with 1,000 accounts and in one with 100,000: whole requests, with every middleware and template."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from bench.clients import TABLES, client_with_login, fill_firm
from bench.database import Owner, fresh_database, vacuum

if TYPE_CHECKING:
    from django.test import Client, override_settings

    from bench.__main__ import Measured

FEW, MANY = 1_000, 100_000
ROUNDS = 41
NOW = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OF_TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")

Pages = Mapping[str, "tuple[Client, str]"]  # name of a page -> a browser that has signed in, and where it goes


def measure() -> "Measured":
    """Milliseconds and queries of each page; transaction marks are no queries. Both firms are asked in turn."""
    os.environ.setdefault("RELANCE_SECRET_KEY", "bench-only")
    os.environ.setdefault("RELANCE_HTTPS", "false")
    with fresh_database() as owner:
        few, many = settle(owner, "few", FEW), settle(owner, "many", MANY)
        vacuum(owner, *TABLES)
        figures: dict[str, float] = {}
        ratios: dict[str, float] = {}
        with plain_static_files():
            for name in few:
                times = times_of(few[name], many[name])
                figures |= {f"{name}_1k_ms": times[0], f"{name}_100k_ms": times[1], f"{name}_queries": float(queries_of(*many[name]))}
                ratios[f"{name}_100k_vs_1k"] = times[1] / times[0]
    return {"figures": figures, "ratios": ratios}


def plain_static_files() -> "override_settings":
    """Pages are not asked for what they link to, so that no files need be collected."""
    from django.conf import settings  # Django is set up for the fresh database only now
    from django.test import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain})


def settle(owner: Owner, name: str, accounts: int) -> Pages:
    """A firm with so many accounts, and the pages of it that are looked at."""
    from django.test import Client  # as above

    from clients.models import Account
    from firms.models import Staff
    from firms.services import create_firm
    from tenancy.context import firm_context

    firm = create_firm(
        name=f"Cabinet {name}", owner_name="Claire", owner_email=f"{name}@firm.example", owner_password=PASSWORD, now=NOW, set_up_at=NOW
    )  # fmt: skip
    fill_firm(owner, firm, accounts)
    with firm_context(firm.pk):
        claire = Staff.objects.select_related("user").order_by("pk")[0]
        account = Account.objects.filter(archived_at=None).order_by("-pk")[0]
        client = client_with_login(firm)
    desk, portal = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    desk.force_login(claire.user, backend=BACKEND)
    portal.force_login(client, backend=BACKEND)
    return {"accounts": (desk, "/accounts/"), "profile": (desk, f"/accounts/{account.code}/"), "todo": (portal, "/portal/")}


def times_of(*pages: "tuple[Client, str]") -> list[float]:
    """The median of each, in milliseconds."""
    times: list[list[float]] = [[] for _ in pages]
    for number in range(ROUNDS + 2):
        for page, own in zip(pages, times, strict=True):
            started = perf_counter()
            get(*page)
            if number > 1:  # the first two fill caches
                own.append((perf_counter() - started) * 1000)
    return [median(own) for own in times]


def queries_of(browser: "Client", path: str) -> int:
    from django.db import connection  # as above
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        get(browser, path)
    return sum(not query["sql"].startswith(OF_TRANSACTIONS) for query in asked.captured_queries)


def get(browser: "Client", path: str) -> None:
    response = browser.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answers {response.status_code} {response.headers.get('Location', '')}")
