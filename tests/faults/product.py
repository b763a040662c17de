"""Worker and beat as they run in production, beside the broker: what is killed is started again, as a service manager does."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.test import Client, override_settings

from ops.demo_programs import beat, worker
from ops.processes import Child
from tests.faults.office import Office
from tests.faults.stage import Stage

UNCOLLECTED = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PAGES = ("/", "/requests/", "/outbox/", "/readyz")


@dataclass
class Product:
    stage: Stage
    office: Office
    worker: Child = field(init=False)
    beat: Child = field(init=False)

    def start_worker(self) -> None:
        self.worker = self.stage.crew.start(worker(os.environ))

    def kill_worker(self) -> None:
        """With all its processes, as where a container is killed."""
        os.killpg(self.worker.pid, signal.SIGKILL)

    @contextmanager
    def frozen_worker(self) -> Iterator[None]:
        """It takes nothing from the broker meanwhile."""
        os.killpg(self.worker.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.worker.pid, signal.SIGCONT)

    def still_lives(self) -> bool:
        """Worker and beat both, each of them the process that was started."""
        return self.worker.poll() is None and self.beat.poll() is None

    def open_pages(self) -> None:
        """As staff who work meanwhile."""
        browser, collected = Client(SERVER_NAME="localhost"), self.stage.crew.folder / "static"
        collected.mkdir(exist_ok=True)
        with override_settings(STORAGES=UNCOLLECTED, STATIC_ROOT=str(collected)):
            browser.force_login(self.office.people.claire.user)
            for page in PAGES:
                status = browser.get(page).status_code
                assert status == 200, f"{page} answers {status}."


@contextmanager
def running_product(stage: Stage, office: Office) -> Iterator[Product]:
    product = Product(stage, office)
    stage.broker.start()
    try:
        product.start_worker()
        product.beat = stage.crew.start(beat(fresh(stage.crew.folder), os.environ))
        yield product
    finally:
        stage.crew.stop("beat", "worker")
        stage.crew.stop("valkey")


def fresh(folder: Path) -> Path:
    """Beat remembers when it gave out what; an earlier run's is not ours."""
    for file in folder.glob("beat-schedule*"):
        file.unlink()
    return folder
