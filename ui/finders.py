"""Which files of the browser packages are collected for the web."""

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder

NEEDED = (
    "vendor/tabler/css/tabler.min.css*",
    "vendor/tabler/js/tabler.min.js*",
    "vendor/inter/index.css",
    "vendor/inter/files/*",
    "vendor/htmx/htmx.min.js",
)


class NeededFilesFinder(FileSystemFinder):
    """Of the folders in STATICFILES_DIRS only what pages ask for.

    The packages bring 27 MB besides, among them style sheets whose own references lead nowhere, at which collectstatic stops.
    """

    def list(self, ignore_patterns: Any) -> Iterator[Any]:
        for path, storage in super().list(ignore_patterns):
            if any(fnmatch(f"{storage.prefix}/{path}", pattern) for pattern in NEEDED):
                yield path, storage
