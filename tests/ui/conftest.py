"""The lowest of the apps with pages is tested with nothing above it."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def addresses_of_this_folder(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.ui.urls"
