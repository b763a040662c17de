"""Asking with a message: the files that go along."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from files.drafts import keep_draft
from files.models import File
from kinds.chats.rules import MOST_FILES
from tenancy.context import firm_context
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.signing import signed_in


def ask_with(client: Client, lumiere: Lumiere, drafts: list[str]) -> int:
    data = {"title": "Bail", "message": "Merci.", "every_days": 3, "at_most": 1, "drafts": drafts}
    return client.post(f"/requests/new/chat/?account={lumiere.bakery.code}", data).status_code


@pytest.mark.filterwarnings("error::ResourceWarning")
def test_no_more_files_go_along_than_fit_and_each_once(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere = two_firms[0]
    with time_machine.travel(START, tick=False):
        with firm_context(lumiere.firm.pk):
            uploads = [SimpleUploadedFile(f"{number}.csv", b"a;b\n") for number in range(MOST_FILES + 1)]
            names = [keep_draft(lumiere.claire, upload).name for upload in uploads]
        claire = signed_in(lumiere.claire)
        assert ask_with(claire, lumiere, names) in (200, 422)
        with firm_context(lumiere.firm.pk):
            assert File.objects.count() == 0
        assert ask_with(claire, lumiere, [*names[:MOST_FILES], names[0]]) == 302
        with firm_context(lumiere.firm.pk):
            assert File.objects.count() == MOST_FILES
