"""Drafts: a browser cannot be given its file back, so the server keeps what came with a form until the form is right."""

import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage

from files.stored import keep, list_kept, read_kept
from files.types import can_be_shown
from files.uploads import Checked, CheckedFile, check_upload
from firms.models import Staff
from lib import clock

NAME = re.compile(r"[0-9a-f]{32}")
LAST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that waits for its form, for one member of staff; `name` is what `find_draft` takes."""

    name: str
    path: str
    checked: Checked

    @property
    def filename(self) -> str:
        """What people read."""
        return self.checked.name

    @property
    def can_be_shown(self) -> bool:
        return can_be_shown(self.checked.content_type, self.checked.size, self.checked.pages)

    def open(self) -> CheckedFile:
        """To be kept with `keep_file(upload=…)`, as often as it is wanted, without being looked at again."""
        return CheckedFile(default_storage.open(self.path, "rb"), self.checked)

    def content(self) -> bytes:
        with default_storage.open(self.path, "rb") as file:
            return bytes(file.read())


def keep_draft(staff: Staff, upload: "File[Any]") -> Draft:
    """For a day, and for this member of staff alone. Raises `files.errors.FileRefused`."""
    checked = check_upload(upload)
    forget_old_drafts(staff)
    name = secrets.token_hex(16)
    upload.seek(0)
    default_storage.save(_path(staff, name), upload)
    keep(f"{_path(staff, name)}.json", json.dumps({**asdict(checked), "sha256": checked.sha256.hex()}).encode())
    return Draft(name, _path(staff, name), checked)


def find_draft(staff: Staff, name: str) -> Draft | None:
    """None for another's, for one that is too old, and for what is no name of a draft."""
    about = read_kept(f"{_path(staff, name)}.json") if NAME.fullmatch(name) else None
    if about is None:
        return None
    values = json.loads(about)
    return Draft(name, _path(staff, name), Checked(**{**values, "sha256": bytes.fromhex(values["sha256"])}))


def forget_draft(staff: Staff, name: str) -> None:
    if NAME.fullmatch(name):
        default_storage.delete(_path(staff, name))
        default_storage.delete(f"{_path(staff, name)}.json")


def forget_old_drafts(staff: Staff) -> None:
    folder = _path(staff, "")
    oldest = clock.machine_now() - LAST
    for name in list_kept(folder):
        if default_storage.get_modified_time(f"{folder}{name}") < oldest:
            default_storage.delete(f"{folder}{name}")


def _path(staff: Staff, name: str) -> str:
    return f"files/{staff.firm_id}/drafts/{staff.pk}/{name}"
