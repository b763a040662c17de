"""One transaction a request, inside the firm that the request may see."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from tenancy.context import firm_context

Handler = Callable[[HttpRequest], HttpResponseBase]


class StreamingInsideFirm(RuntimeError):
    """A streaming response is read after the transaction has ended, where it would see no rows, silently."""


def reads_later(response: HttpResponseBase) -> bool:
    """Whether it may still want rows when it is sent. Of all streams, one that sends an open file alone is known to want none."""
    return response.streaming and getattr(response, "file_to_stream", None) is None


class FirmMiddleware:
    """Takes the firm from `settings.FIRM_OF_REQUEST`, a function of the request, and enters it for the whole request.

    The transaction is rolled back when a view raised, or when the answer's status is 500 or more.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.firm_of_request: Callable[[HttpRequest], int | None] = import_string(settings.FIRM_OF_REQUEST)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        firm_id = self.firm_of_request(request)
        if firm_id is None:
            return self.get_response(request)
        request.view_raised = False  # type: ignore[attr-defined]
        with firm_context(firm_id):
            response = self.get_response(request)
            if reads_later(response):
                raise StreamingInsideFirm(request.path)
            if request.view_raised or response.status_code >= 500:  # type: ignore[attr-defined]
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        # Only a flag: rolling back here would leave the error page without a working transaction.
        request.view_raised = True  # type: ignore[attr-defined]
        return None
