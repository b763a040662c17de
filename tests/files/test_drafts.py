"""Files that wait for their form."""

from datetime import timedelta
from hashlib import sha256

import time_machine

from files.drafts import find_draft, forget_draft, keep_draft
from files.enums import Area
from files.models import FileVersion
from files.services import keep_file
from firms.actors import Actor
from tests.factories import START
from tests.files.contents import upload
from tests.people import Lumiere
from tests.signing import make_pdf


def test_draft_is_found_by_its_owner_alone(lumiere: Lumiere) -> None:
    content = make_pdf(2)
    draft = keep_draft(lumiere.claire, upload(content, "Bail.pdf"))
    found = find_draft(lumiere.claire, draft.name)
    assert found == draft
    assert (draft.filename, draft.checked.pages, draft.content()) == ("Bail.pdf", 2, content)
    assert find_draft(lumiere.emma, draft.name) is None
    assert find_draft(lumiere.claire, "../../" + draft.name) is None
    forget_draft(lumiere.claire, draft.name)
    assert find_draft(lumiere.claire, draft.name) is None


def test_draft_is_kept_for_an_account_as_it_was_found_to_be(lumiere: Lumiere) -> None:
    content = make_pdf(2)
    draft = keep_draft(lumiere.claire, upload(content, "Bail.pdf"))
    by = Actor.staff(lumiere.claire)
    with draft.open() as first, draft.open() as second:
        kept = [keep_file(account=lumiere.bakery, area=Area.FIRM, folder=None, upload=each, by=by, now=START) for each in (first, second)]
    versions = [file.history.get() for file in kept]
    assert [(file.name, file.content_type, file.pages, file.size) for file in kept] == [
        ("Bail.pdf", "application/pdf", 2, len(content)), ("Bail (2).pdf", "application/pdf", 2, len(content))
    ]  # fmt: skip
    assert [(bytes(version.sha256), content_of(version)) for version in versions] == [(sha256(content).digest(), content)] * 2


def content_of(version: FileVersion) -> bytes:
    with version.stored.open() as file:
        return bytes(file.read())


def test_draft_is_forgotten_after_a_day(lumiere: Lumiere) -> None:
    first = keep_draft(lumiere.claire, upload())
    with time_machine.travel(START + timedelta(days=3650), tick=False):
        second = keep_draft(lumiere.claire, upload())
    assert find_draft(lumiere.claire, first.name) is None
    assert find_draft(lumiere.claire, second.name) == second
