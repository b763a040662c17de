"""Imports on their way through the database."""

import io

from clients.importing.mapping import Mapping, from_stored
from clients.importing.models import ClientImport
from clients.importing.running import Turn
from clients.importing.services import confirm_import, match_columns, upload_list
from clients.importing.snapshot import customs_of
from clients.models import Account, AccountAddress, AccountContact, Address, Contact, Group, Tag
from firms.actors import Actor
from tests.clients.importing.lists import SAMPLE
from tests.factories import START
from tests.people import Lumiere

THREE = [
    "C1;Garage Maes;Société;Lotte;Maes;lotte@maes.example;non;oui",
    "C1;Garage Maes;Société;Jan;Maes;jan@maes.example;;",
    "C2;Famille Claes;Famille;Lotte;Maes;lotte@maes.example;oui;non",
]


def uploaded(lumiere: Lumiere, file: io.BytesIO) -> ClientImport:
    size = len(file.getvalue())
    return upload_list(firm=lumiere.firm, file=file, name="clients.csv", size=size, staff=lumiere.claire, now=START)


def worked(client_import: ClientImport) -> ClientImport:
    Turn(client_import.firm_id, START).take()
    client_import.refresh_from_db()
    return client_import


def checked(lumiere: Lumiere, file: io.BytesIO, mapping: Mapping | None = None) -> ClientImport:
    client_import = uploaded(lumiere, file)
    match_columns(client_import=client_import, mapping=mapping or from_stored(client_import.mapping, customs_of(lumiere.firm)))
    return worked(client_import)


def confirmed(lumiere: Lumiere, file: io.BytesIO) -> ClientImport:
    client_import = checked(lumiere, file)
    confirm_import(client_import=client_import, by=Actor.staff(lumiere.claire), staff=lumiere.claire, now=START)
    return client_import


def imported(lumiere: Lumiere, file: io.BytesIO) -> ClientImport:
    return worked(confirmed(lumiere, file))


def sample() -> io.BytesIO:
    return io.BytesIO(SAMPLE.read_bytes())


def everything() -> list[object]:
    """All that an import could have changed."""
    return [
        list(Account.objects.order_by("id").values()),
        list(Contact.objects.order_by("id").values()),
        list(Address.objects.order_by("id").values()),
        list(AccountContact.objects.order_by("id").values()),
        list(AccountAddress.objects.order_by("id").values()),
        sorted(Group.objects.values_list("name", flat=True)),
        sorted(Tag.objects.values_list("name", flat=True)),
    ]
