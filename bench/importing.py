"""What an import costs: ten thousand rows, of which most are new, read, checked and written by the worker's own turns."""

import csv
import io
import os
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING

from bench.database import fresh_database

if TYPE_CHECKING:
    from bench.__main__ import Measured
    from firms.models import Firm

ROWS = 10_000
NOW = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
HEADINGS = [
    "Réf.",
    "Nom du compte",
    "Type",
    "Prénom",
    "Nom",
    "E-mail",
    "Téléphone",
    "LOGIN",
    "NOTIFY",
    "Groupe",
    "Étiquettes",
    "Client depuis",
]


def measure() -> "Measured":
    """Seconds from the choice of columns until everything is shown, and from the confirmation until everything is written."""
    os.environ.setdefault("RELANCE_SECRET_KEY", "bench-only")
    with fresh_database():
        check, write, again = import_twice(make_firm())
    figures = {"rows": float(ROWS), "check_s": check, "write_s": write, "write_same_again_s": again, "rows_per_s": ROWS / write}
    return {"figures": figures, "ratios": {"same_again_vs_new": again / write}}


def client_list() -> bytes:
    """Three rows to an account, every fifth with something to correct."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(HEADINGS)
    for n in range(ROWS):
        account, email = n // 3, f"c{n}@client.example" if n % 5 else f"c{n}@@client"
        person = ("Nadia", f"Lefèvre {n}", email, "04 72 00 00 00", "oui", "oui")
        details = (f"Groupe {account % 9}", "TVA trimestrielle, Dossier papier", "01/09/2024")
        writer.writerow([f"C{account}", f"Atelier {account} SRL", "Société", *person, *details])
    return out.getvalue().encode()


def make_firm() -> "Firm":
    from firms.services import create_firm  # Django is set up for the fresh database only now

    return create_firm(name="Cabinet", owner_name="Claire Moreau", owner_email="claire@firm.example", owner_password=None, now=NOW)


def import_twice(firm: "Firm") -> tuple[float, float, float]:
    check, write = import_once(firm)
    _, again = import_once(firm)
    return check, write, again


def import_once(firm: "Firm") -> tuple[float, float]:
    """Seconds of the check and of the writing."""
    from clients.importing.mapping import from_stored  # as above
    from clients.importing.services import confirm_import, match_columns, upload_list
    from firms.actors import Actor
    from firms.models import Staff
    from tenancy.context import firm_context

    content = client_list()
    with firm_context(firm.pk):
        claire = Staff.objects.get()
        uploaded = upload_list(firm=firm, file=io.BytesIO(content), name="clients.csv", size=len(content), staff=claire, now=NOW)
        match_columns(client_import=uploaded, mapping=from_stored(uploaded.mapping))
    check = seconds_of_work(firm)
    with firm_context(firm.pk):
        confirm_import(client_import=uploaded, by=Actor.staff(claire), staff=claire, now=NOW)
    return check, seconds_of_work(firm)


def seconds_of_work(firm: "Firm") -> float:
    """What the worker does until nothing is left, part by part, each in a transaction of its own."""
    from clients.importing.running import Turn  # as above

    started = perf_counter()
    turn = Turn(firm.pk, NOW)
    while turn.do_next_part():
        pass
    return perf_counter() - started
