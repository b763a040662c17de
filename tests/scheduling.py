"""Which worker runs which test: one by one, but all that looks at the running demo on the same worker, which starts it once.

By the file's place: the marks of pytest-xdist's own groups are lost with pytest 9.2, which keeps the names of tests elsewhere.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ON_THE_DEMO = "tests/browser/"


class OneDemo(LoadScopeScheduling):
    """The demo's tests are the largest group, and so begin first."""

    def _split_scope(self, nodeid: str) -> str:
        return ON_THE_DEMO if nodeid.startswith(ON_THE_DEMO) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return OneDemo(config, log)
