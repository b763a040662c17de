"""Providers' APIs, as they answer: a server of the tests' own stands in for each, over real HTTP."""

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_plus

import pytest
from pytest_django.fixtures import Settings

from lib.codes import digest
from templates_email.enums import EmailEvent
from templates_email.render import Rendered
from tests.factories import START
from tests.templates_email.examples import rendered
from ways.credentials import Credentials
from ways.enums import Provider
from ways.errors import ErrorKind, SendError
from ways.models import Way
from ways.transports import FirmTransport

KEY = "canary-key-81c2"
MAILGUN_ID = "<20261126.1@mg.cabinet-lumiere.example>"


@dataclass
class Api:
    """What was asked of it, and what it answers."""

    url: str = ""
    status: int = 200
    answer: dict[str, object] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    silent: bool = False  # for far longer than a test's patience
    lines: set[object] = field(default_factory=set)  # connections
    over: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            api.lines.add(self.client_address)
            api.asked.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            if api.silent:
                api.over.wait(5)
            body = json.dumps(api.answer).encode()
            self.send_response(api.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # whoever has lost patience has gone
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()  # ends as soon as it may
    yield api
    api.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def everywhere(api: Api, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Api:
    """All four providers' addresses lead there."""
    settings.ANYMAIL = {"POSTMARK_API_URL": f"{api.url}/postmark/", "BREVO_API_URL": f"{api.url}/brevo/"}
    monkeypatch.setattr("ways.providers.MAILGUN_URLS", {"eu": f"{api.url}/mailgun/v3"})
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", f"{api.url}/ses")
    return api


def way_of(provider: Provider) -> Way:
    columns = {"domain": "mg.cabinet-lumiere.example", "region": "eu"} if provider == Provider.MAILGUN else {}
    columns |= {"username": "AKIDEXAMPLE", "region": "eu-west-3"} if provider == Provider.AMAZON_SES else {}
    sealed = Credentials(secret=KEY, hook="x").sealed()
    return Way(pk=7, version=3, provider=provider, sealed=sealed, hook_digest=digest("x"), created_at=START, **columns)


TAKEN: dict[Provider, tuple[dict[str, object], str]] = {
    Provider.POSTMARK: (
        {"To": "nadia@lefevre.example", "MessageID": "b7bc2f4a", "ErrorCode": 0, "Message": "OK", "SubmittedAt": "2026-11-26T07:00:00Z"},
        "b7bc2f4a",
    ),
    Provider.MAILGUN: ({"id": MAILGUN_ID, "message": "Queued. Thank you."}, MAILGUN_ID),
    Provider.AMAZON_SES: ({"MessageId": "0102-ses"}, "0102-ses"),
    Provider.BREVO: ({"messageId": "<202611260700.1@smtp-relay.mailin.fr>"}, "<202611260700.1@smtp-relay.mailin.fr>"),
}
REFUSED = [
    (Provider.POSTMARK, 401, {"ErrorCode": 10, "Message": "Bad or missing API token"}, ErrorKind.SENDER),
    (Provider.POSTMARK, 422, {"ErrorCode": 400, "Message": "The 'From' address is not a Sender Signature"}, ErrorKind.SENDER),
    (Provider.POSTMARK, 422, {"ErrorCode": 300, "Message": "Error parsing 'Subject'"}, ErrorKind.NEVER),
    (Provider.POSTMARK, 500, {"ErrorCode": 100, "Message": "Maintenance"}, ErrorKind.SOON),
    (Provider.POSTMARK, 429, {"ErrorCode": 429, "Message": "Too many"}, ErrorKind.LATER),
    (Provider.MAILGUN, 401, {"message": "Forbidden"}, ErrorKind.SENDER),
    (Provider.MAILGUN, 404, {"message": "Domain not found: mg"}, ErrorKind.SENDER),
    (Provider.MAILGUN, 400, {"message": "to parameter is not a valid address"}, ErrorKind.NEVER),
    (Provider.AMAZON_SES, 400, {"__type": "MailFromDomainNotVerifiedException", "message": "No"}, ErrorKind.SENDER),
    (Provider.AMAZON_SES, 400, {"__type": "MessageRejected", "message": "Email address is not verified. The following identities "
     "failed the check in region EU-WEST-3: a@cabinet-lumiere.example"}, ErrorKind.SENDER),
    (Provider.AMAZON_SES, 400, {"__type": "MessageRejected", "message": "Email was rejected due to suspected spam"}, ErrorKind.NEVER),
    (Provider.AMAZON_SES, 403, {"__type": "InvalidClientTokenId", "message": "The security token is invalid"}, ErrorKind.SENDER),
    (Provider.AMAZON_SES, 429, {"__type": "TooManyRequestsException", "message": "Slow down"}, ErrorKind.LATER),
    (Provider.BREVO, 401, {"code": "unauthorized", "message": "Key not found"}, ErrorKind.SENDER),
    (Provider.BREVO, 402, {"code": "not_enough_credits", "message": "No credits"}, ErrorKind.SENDER),
    (Provider.BREVO, 400, {"code": "invalid_parameter", "message": "email is not valid in to"}, ErrorKind.NEVER),
]  # fmt: skip


def nothing() -> None:
    """Nobody has acted."""


def letter() -> Rendered:
    return rendered(EmailEvent.SIGNATURE_REQUESTED, "fr")


@pytest.mark.parametrize("provider", TAKEN)
def test_each_provider_takes_the_message_and_is_told_what_is_ours(provider: Provider, everywhere: Api) -> None:
    everywhere.answer, provider_id = TAKEN[provider]
    transport, message = FirmTransport(way_of(provider)), letter()
    accepted = transport.send(message, before_data=nothing)
    transport.close()
    our_id = message.to_email_message().extra_headers["Message-ID"]
    ((_, headers, body),) = everywhere.asked
    assert accepted.provider_id == provider_id
    assert "relance_id" in said(body)
    assert our_id in said(body)
    assert KEY not in said(body)
    assert headers


def said(body: bytes) -> str:
    """As the provider reads it: JSON, a form, or, for SES, a whole message in base64."""
    text = body.decode()
    if not text.startswith("{"):
        return unquote_plus(text)
    raw = json.loads(text).get("Content", {}).get("Raw", {}).get("Data")
    if raw is None:
        return text
    return b64decode(raw).decode()


def test_brevo_knows_a_second_try_by_its_key(everywhere: Api) -> None:
    everywhere.answer, _ = TAKEN[Provider.BREVO]
    transport, message = FirmTransport(way_of(Provider.BREVO)), letter()
    for _again in range(2):
        transport.send(message, before_data=nothing)
    transport.close()
    keys = [json.loads(body)["headers"]["idempotencyKey"] for _, _, body in everywhere.asked]
    assert (len(keys), len(set(keys))) == (2, 1)


@pytest.mark.parametrize(("provider", "status", "answer", "kind"), REFUSED)
def test_refusals_are_told_apart(provider: Provider, status: int, answer: dict[str, object], kind: ErrorKind, everywhere: Api) -> None:
    everywhere.status, everywhere.answer = status, {**answer, "told": KEY}
    transport = FirmTransport(way_of(provider))
    with pytest.raises(SendError) as refused:
        transport.send(letter(), before_data=nothing)
    transport.close()
    assert (refused.value.kind, refused.value.way, KEY in str(refused.value)) == (kind, (7, 3), False)


def test_a_provider_that_cannot_be_reached_has_nothing(settings: Settings) -> None:
    settings.ANYMAIL = {"POSTMARK_API_URL": "http://127.0.0.1:9/"}
    with pytest.raises(SendError) as refused:
        FirmTransport(way_of(Provider.POSTMARK)).send(letter(), before_data=nothing)
    assert refused.value.kind == ErrorKind.SOON


def kind_of_refusal(way: Way) -> ErrorKind:
    transport = FirmTransport(way)
    with pytest.raises(SendError) as refused:
        transport.send(letter(), before_data=nothing)
    transport.close()
    return refused.value.kind


@pytest.mark.parametrize("provider", TAKEN)
def test_a_yes_that_nobody_understands_leaves_it_in_doubt(provider: Provider, everywhere: Api) -> None:
    everywhere.answer = {"surprise": [1]}
    assert kind_of_refusal(way_of(provider)) is ErrorKind.DOUBT


@pytest.mark.parametrize("answer", [None, "sent", 3, [{"MessageID": None}], {"Error": None}])
@pytest.mark.parametrize("provider", TAKEN)
def test_an_answer_of_another_shape_leaves_it_in_doubt(provider: Provider, answer: object, everywhere: Api) -> None:
    everywhere.answer = answer  # type: ignore[assignment]
    assert kind_of_refusal(way_of(provider)) is ErrorKind.DOUBT


@pytest.mark.parametrize("provider", [Provider.POSTMARK, Provider.BREVO])
def test_a_key_that_fits_in_no_header_is_the_way_s_trouble(provider: Provider, everywhere: Api) -> None:
    way = way_of(provider)
    way.sealed = Credentials("clé-ŵ").sealed()
    assert (kind_of_refusal(way), everywhere.asked) == (ErrorKind.SENDER, [])


@pytest.mark.parametrize("provider", [Provider.MAILGUN, Provider.AMAZON_SES])
def test_a_region_that_is_none_is_the_way_s_trouble(provider: Provider, everywhere: Api) -> None:
    way = way_of(provider)
    way.region = "no such place!"
    assert (kind_of_refusal(way), everywhere.asked) == (ErrorKind.SENDER, [])


def test_a_provider_that_refuses_has_answered(everywhere: Api) -> None:
    everywhere.status, everywhere.answer = 422, {"ErrorCode": 300, "Message": "Error parsing 'Subject'"}
    with pytest.raises(SendError) as refused:
        FirmTransport(way_of(Provider.POSTMARK)).send(letter(), before_data=nothing)
    assert refused.value.answered


@pytest.mark.parametrize("provider", TAKEN)
def test_a_provider_has_no_more_time_than_it_is_given(provider: Provider, everywhere: Api) -> None:
    everywhere.answer, everywhere.silent = TAKEN[provider][0], True
    transport = FirmTransport(way_of(provider), 0.2)
    with pytest.raises(SendError) as refused:
        transport.send(letter(), before_data=nothing)
    assert (refused.value.kind, len(everywhere.asked)) == (ErrorKind.DOUBT, 1)
