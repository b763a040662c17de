"""What is encrypted at rest, and how its key is changed."""

import pytest
from pytest_django.fixtures import Settings

from lib.sealing import CannotUnseal, seal, seal_anew, unseal


def test_the_database_holds_nothing_that_can_be_read() -> None:
    assert (b"canary" in seal("canary"), seal("canary") == seal("canary"), unseal(seal("canary"))) == (False, False, "canary")


def test_a_new_key_reads_what_the_secret_key_sealed_until_that_is_taken_away(settings: Settings) -> None:
    before = seal("canary")
    settings.CREDENTIAL_KEYS = ["a new key", settings.SECRET_KEY]
    after = seal_anew(before)
    settings.CREDENTIAL_KEYS = ["a new key"]
    assert unseal(after) == "canary"
    with pytest.raises(CannotUnseal):
        unseal(before)
