"""Where content lies, and what stands beside it: read and written through Django's storage, once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Self

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from files.models import FileVersion

CHUNK = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """Content behind the storage: `path` in it, the name by which people know it, its type; `pages` that can be shown."""

    path: str
    name: str
    content_type: str
    size: int
    pages: int

    @classmethod
    def version(cls, version: FileVersion) -> Self:
        return cls(version.stored.name or "", version.name, version.content_type, version.size, version.pages)

    def open(self) -> "File[bytes]":
        return default_storage.open(self.path, "rb")

    def content(self) -> bytes:
        """All of it: for what is small enough to be shown or signed."""
        with self.open() as file:
            return bytes(file.read())

    def beside(self, name: str) -> str:
        return str(PurePosixPath(self.path).parent / name)


def chunks_of(file: "File[bytes]") -> Iterator[bytes]:
    """The content from its beginning, without ever holding all of it."""
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def read_kept(path: str) -> bytes | None:
    try:
        with default_storage.open(path, "rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def keep(path: str, content: bytes) -> None:
    """Two who make the same at once keep it twice under two names, of which one is never read."""
    default_storage.save(path, ContentFile(content))


def list_kept(folder: str) -> list[str]:
    try:
        return list(default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []


def remove_with_pictures(path: str) -> None:
    """The content and whatever was drawn from it; what is gone already is no error."""
    folder = str(PurePosixPath(path).parent)
    for name in list_kept(folder):
        default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)
