"""Which worker runs which test: one by one, but those that share something costly together: the running demo, the e-mails in every setting.

By the file's place: the marks of pytest-xdist's own groups are lost with pytest 9.2, which keeps the names of tests elsewhere.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/browser/", "tests/templates_email/test_email_switches.py")


class SharingScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """The larger a group, the earlier it begins."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return SharingScheduling(config, log)
