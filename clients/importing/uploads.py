"""An upload that is too big is not kept: its bytes are read from the socket and dropped, so that the browser gets its answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from clients.importing.table import MAX_BYTES

REST_OF_FORM = 1024 * 1024  # what a request may hold beside the file

View = Callable[[HttpRequest], HttpResponse]


class DropTooBig(FileUploadHandler):
    """Keeps nothing of a request that is bigger than a list may be; `dropped` then tells its size in bytes."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.dropped = 0
        self._size = 0

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None) -> None:  # noqa: N803 - Django's name
        self._size = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self._size > MAX_BYTES + REST_OF_FORM:
            self.dropped = self._size
            raise SkipFile  # StopUpload would read the rest by lines, and one line may be all of it

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data  # for the handlers after this one

    def file_complete(self, file_size: int) -> None:
        return None


def limited_upload(view: View) -> View:
    """The CSRF check reads the body, so the limit has to stand before it: exempt outside, checked inside."""
    checked = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def limited(request: HttpRequest) -> HttpResponse:
        request.upload_handlers.insert(0, DropTooBig(request))
        return checked(request)

    return limited


def dropped_bytes(request: HttpRequest) -> int:
    """The size of what was too big to be kept; 0 when nothing was dropped."""
    return next((handler.dropped for handler in request.upload_handlers if isinstance(handler, DropTooBig)), 0)
