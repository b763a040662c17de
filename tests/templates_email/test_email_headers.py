"""The fields of a message: which they are, and how they are folded."""

import re
from datetime import UTC, datetime

import pytest

from templates_email.enums import EmailEvent
from templates_email.errors import UnsafeHeader
from tests.templates_email.examples import a_brand, an_envelope, parsed, rendered


def _head(**changes: object) -> list[str]:
    raw = rendered(EmailEvent.SIGNATURE_REMINDER, "en", envelope=an_envelope(**changes)).to_mime()
    return raw.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")


def test_headers_of_a_reminder_are_these() -> None:
    assert _head(from_name="Lumen", to_name="Nadia") == [
        "From: Lumen <notifications@mail.example>",
        "To: Nadia <nadia@lefevre.example>",
        "Reply-To: claire@cabinet-lumiere.example",
        "Subject: Reminder 1 of 3: your signature for =?utf-8?q?=E2=80=9CEngagement?=",
        " letter =?utf-8?b?MjAyN+KAnQ==?=",
        "Date: Thu, 29 Oct 2026 09:12:00 +0000",
        "Message-ID: <b2c3@mail.example>",
        "In-Reply-To: <a1b2@mail.example>",
        "References: <a1b2@mail.example>",
        "List-Id: <firm-7.mail.example>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
        'Content-Type: multipart/alternative; boundary="=_alternative"',
    ]


@pytest.mark.parametrize("name", ["Lumen", "Cabinet Lumière & Associés, experts-comptables à Lyon et à Villeurbanne", "中" * 60])
def test_fields_are_what_a_mail_program_reads(name: str) -> None:
    mail = rendered(EmailEvent.SIGNATURE_REMINDER, "fr", envelope=an_envelope(from_name=name, unsubscribe_url="https://x.example/off/"))
    read = [(field, str(value)) for field, value in parsed(mail.to_mime()).items()]
    assert [(field, value.replace('"', "")) for field, value in mail.fields] == [(field, value.replace('"', "")) for field, value in read]


def test_notice_answers_nothing_and_needs_no_list() -> None:
    fields = {line.partition(":")[0] for line in _head(references=(), list_id=None, reply_to=None)}
    assert fields & {"In-Reply-To", "References", "List-Id", "Reply-To"} == set()


@pytest.mark.rule("A04")
def test_sender_is_the_name_given_and_the_platforms_address() -> None:
    sender = parsed(rendered(EmailEvent.SIGNATURE_REMINDER, "fr").to_mime())["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("Cabinet Lumière - Boulangerie Lefèvre SRL", "notifications@mail.example")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("", "To: nadia@lefevre.example"),
        ("Nadia Lefevre", "To: Nadia Lefevre <nadia@lefevre.example>"),
        ("Lefevre, Nadia", 'To: "Lefevre, Nadia" <nadia@lefevre.example>'),
        ('Nadia "Nad" \\ L.', 'To: "Nadia \\"Nad\\" \\\\ L." <nadia@lefevre.example>'),
        ("Nadia Lefèvre", "To: Nadia =?utf-8?q?Lef=C3=A8vre?= <nadia@lefevre.example>"),
        ("Zoë (née Ö)", "To: =?utf-8?b?Wm/DqyAobsOpZSDDlik=?= <nadia@lefevre.example>"),
        ("=?utf-8?q?x?=", "To: =?utf-8?b?PT91dGYtOD9xP3g/PQ==?= <nadia@lefevre.example>"),
    ],
)
def test_names_are_written_as_simply_as_they_can_be(name: str, line: str) -> None:
    assert line in _head(to_name=name)


def _at(field: str, head: list[str]) -> int:
    return next(at for at, line in enumerate(head) if line.startswith(f"{field}:"))


@pytest.mark.parametrize(
    "name",
    ["a" * 300, "é" * 300, "日" * 300, "mot " * 75 + "fin", "été " * 75 + "fin", '"' * 300, "👩‍👩‍👧" * 40],
    ids=lambda name: name[:3],
)
def test_names_of_300_characters_are_folded_and_whole(name: str) -> None:
    raw = rendered(EmailEvent.SIGNATURE_REMINDER, "fr", brand=a_brand(firm_name=name), envelope=an_envelope(from_name=name)).to_mime()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert parsed(raw)["From"].addresses[0].display_name == name
    words = re.findall(rb"=\?utf-8\?[qb]\?[^?]*\?=", raw)
    assert all(len(word) <= 75 for word in words)


def test_address_outside_ascii_is_written_in_punycode() -> None:
    mail = rendered(EmailEvent.SIGNATURE_REMINDER, "en", envelope=an_envelope(to_name="Nadia", to_address="nadia@lefèvre.example"))
    assert b"\r\nTo: Nadia <nadia@xn--lefvre-5ua.example>\r\n" in mail.to_mime()
    assert mail.recipient_address == "nadia@xn--lefvre-5ua.example"


def test_long_references_stand_one_a_line() -> None:
    ids = tuple(f"<{number}{'x' * 60}@mail.example>" for number in range(5))
    head = _head(references=ids)
    start = _at("References", head)
    assert head[start : start + 5] == [f"References: {ids[0]}", *(f" {reference}" for reference in ids[1:])]


def test_date_without_a_zone_is_refused() -> None:
    with pytest.raises(UnsafeHeader) as caught:
        _head(date=datetime(2026, 10, 29, tzinfo=UTC).replace(tzinfo=None))
    assert caught.value.field == "Date"
