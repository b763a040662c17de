"""Files that wait for their form."""

from datetime import timedelta

import time_machine

from files.drafts import find_draft, forget_draft, keep_draft
from tests.factories import START
from tests.files.contents import upload
from tests.people import Lumiere
from tests.signing import make_pdf


def test_draft_is_found_by_its_owner_alone(lumiere: Lumiere) -> None:
    content = make_pdf(2)
    draft = keep_draft(lumiere.claire, upload(content, "Bail.pdf"))
    found = find_draft(lumiere.claire, draft.name)
    assert found == draft
    assert (draft.filename, draft.pages, draft.content()) == ("Bail.pdf", 2, content)
    assert find_draft(lumiere.emma, draft.name) is None
    assert find_draft(lumiere.claire, "../../" + draft.name) is None
    forget_draft(lumiere.claire, draft.name)
    assert find_draft(lumiere.claire, draft.name) is None


def test_draft_is_forgotten_after_a_day(lumiere: Lumiere) -> None:
    first = keep_draft(lumiere.claire, upload())
    with time_machine.travel(START + timedelta(days=3650), tick=False):
        second = keep_draft(lumiere.claire, upload())
    assert find_draft(lumiere.claire, first.name) is None
    assert find_draft(lumiere.claire, second.name) == second
