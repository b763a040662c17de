"""What a provider's refusal means, as an `ErrorKind`: by the status of its answer, and by its words where that says too little."""

import re
from collections.abc import Mapping
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailConfigurationError, AnymailError, AnymailRecipientsRefused

from ways.errors import ErrorKind, SendError, words_of

UNSENT = re.compile(r"NewConnectionError|NameResolutionError|ConnectTimeout|Connection refused|EndpointConnectionError|ConnectTimeoutError")
POSTMARK = {  # of its error codes; it answers 422 to nearly everything
    10: ErrorKind.SENDER, 300: ErrorKind.NEVER, 400: ErrorKind.SENDER, 401: ErrorKind.SENDER, 405: ErrorKind.SENDER,
    406: ErrorKind.ADDRESS, 412: ErrorKind.SENDER, 413: ErrorKind.SENDER, 429: ErrorKind.LATER,
}  # fmt: skip
SES = {
    "TooManyRequestsException": ErrorKind.LATER,
    "ThrottlingException": ErrorKind.LATER,
    "Throttling": ErrorKind.LATER,
    "LimitExceededException": ErrorKind.LATER,
    "InternalFailure": ErrorKind.SOON,
    "ServiceUnavailable": ErrorKind.SOON,
    "BadRequestException": ErrorKind.NEVER,
    "MessageRejected": ErrorKind.NEVER,  # for its content, unless it names who is not verified
}  # what is not here names keys, accounts, domains and configuration sets
UNVERIFIED = re.compile(r"not verified|identit", re.IGNORECASE)
SENDER_WORDS = re.compile(r"sender|sending domain|not verified|domain|unauthori[sz]ed|api.?key|account|ip address", re.IGNORECASE)


def refusal_of(error: Exception) -> SendError:
    """Of whatever Anymail, or a library below it, raised while a message was handed over. What is not known leaves it in doubt."""
    if isinstance(error, AnymailRecipientsRefused):
        return SendError(ErrorKind.ADDRESS, str(error), answered=True)
    if isinstance(error, AnymailAPIError):
        kind = kind_of_api_error(error)
        return SendError(kind, str(error), answered=error.response is not None and kind in (ErrorKind.SENDER, ErrorKind.NEVER))
    if isinstance(error, AnymailConfigurationError) or (isinstance(error, UnicodeEncodeError) and error.encoding != "utf-8"):
        return SendError(ErrorKind.SENDER, words_of(error))  # before any call: a key that fits in no header
    if isinstance(error, AnymailError | UnicodeEncodeError):
        return SendError(ErrorKind.NEVER, words_of(error))  # before any call: what the provider has no place for
    return SendError(ErrorKind.DOUBT, words_of(error))


def kind_of_api_error(error: AnymailAPIError) -> ErrorKind:
    """None of them takes an address for bad unless the provider says just that: a wrong guess would silence a client."""
    if isinstance(error.response, Mapping):
        return _kind_of_ses(error.response)
    status = error.status_code
    if status is None:
        return ErrorKind.SOON if _was_not_sent(error) else ErrorKind.DOUBT
    if error.esp_name == "Postmark" and status == 422:
        return POSTMARK.get(_postmark_code(error), ErrorKind.NEVER)
    return kind_of_api_status(status, error.response.text if error.response is not None else "")


def kind_of_api_status(status: int, words: str) -> ErrorKind:
    if status < 400:
        return ErrorKind.DOUBT  # taken, as it seems, with an answer that nobody understands
    if status == 429:
        return ErrorKind.LATER
    if status in (401, 402, 403, 404):
        return ErrorKind.SENDER
    if status >= 500:
        return ErrorKind.SOON
    return ErrorKind.SENDER if SENDER_WORDS.search(words) else ErrorKind.NEVER


def _kind_of_ses(response: Mapping[str, Any]) -> ErrorKind:
    if "Error" not in response:
        return ErrorKind.DOUBT
    code, words = (str(response["Error"].get(name, "")) for name in ("Code", "Message"))
    if code == "MessageRejected" and UNVERIFIED.search(words):
        return ErrorKind.SENDER
    return SES.get(code, ErrorKind.SENDER)


def _was_not_sent(error: AnymailAPIError) -> bool:
    """The connection itself never came about."""
    cause = error.__cause__
    return isinstance(cause, requests.ConnectTimeout) or bool(cause and UNSENT.search(f"{type(cause).__name__} {cause}"))


def _postmark_code(error: AnymailAPIError) -> int:
    try:
        return int(error.response.json()["ErrorCode"])
    except (ValueError, KeyError, TypeError):
        return -1
