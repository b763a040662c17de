"""Our bytes and those of Django's own builder are the same message to whoever parses them."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from email.policy import SMTP

from hypothesis import given, settings
from hypothesis import strategies as st

from templates_email.enums import EmailEvent
from templates_email.slots import for_header
from tests.templates_email.examples import a_brand, an_envelope, parsed, part, rendered

_FIELDS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "In-Reply-To",
    "References",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
}

_NAMES = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=90),
    st.sampled_from(
        [
            "Cabinet Lumière",
            "Ελένη Παπαδοπούλου",
            "株式会社 山田商店",
            "محمد علي",
            "דוד כהן",
            "Zoë 👩‍👩‍👧 & Söhne",
            'Dupont, "le vieux" (père) <x@y.example>',
            "O'Neil \\ Sons; Co.",
            "a" * 300,
            "é" * 300,
            "Jean  Paul",
            "M. Müller",
        ]
    ),
).filter(lambda name: "=?" not in name)  # Django's builder takes what reads like an encoded word for one
_TITLES = _NAMES.filter(lambda title: title.strip() != "")
_BODIES = st.one_of(
    st.text(max_size=400),
    st.sampled_from(
        [
            "x" * 3000,
            ".\n..\n.dot",
            "From here\nFrom there",
            "a =\n=3D b ",
            "tab\tand end \n \n",
            "\r\n.\r\nQUIT\r\n",
            "é" * 999,
        ]
    ),
)
_IDS = ["<a@mail.example>", "<b.2@mail.example>", f"<{'c' * 60}@mail.example>"]  # Django's builder spoils one longer than a line
_DATES = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=timezone(timedelta(hours=2)) if at.day % 2 else UTC)
)


def _values(message: EmailMessage, field: str) -> list[str]:
    """Django's builder leaves a blank of its own where it folds; we never send two in a row."""
    return [re.sub(" +", " ", value).strip() for value in message.get_all(field, [])]


@settings(max_examples=75, deadline=None)
@given(
    event=st.sampled_from(EmailEvent),
    language=st.sampled_from(["en", "fr"]),
    firm=_TITLES,
    to_name=_NAMES,
    account=_NAMES,
    title=_TITLES,
    context=_BODIES,
    date=_DATES,
    way_out=st.sampled_from([None, "https://clients.example/n/x/off/", f"https://clients.example/{'n' * 800}"]),
    copied=st.booleans(),
    references=st.lists(st.sampled_from(_IDS), max_size=8),
)
def test_to_mime_parses_to_what_django_builds(  # type: ignore[no-untyped-def]
    event, language, firm, to_name, account, title, context, date, way_out, copied, references
):
    mail = rendered(
        event,
        language,
        brand=a_brand(firm_name=firm),
        envelope=an_envelope(
            from_name=firm,
            to_name=to_name,
            references=tuple(references),
            date=date,
            unsubscribe_url=way_out,
            copy_to="copies@x.example" if copied else None,
        ),
        values={"TITLE": title, "ACCOUNT": account, "CONTEXT": context, "FIRST_NAME": to_name},
    )
    ours, djangos = parsed(mail.to_mime()), parsed(mail.to_email_message().message(policy=SMTP).as_bytes())
    for field in _FIELDS - {"To"} if copied else _FIELDS:
        assert _values(ours, field) == _values(djangos, field), field
    assert ours["Subject"] == mail.subject
    assert ours["From"].addresses[0].display_name == for_header("From", firm)
    assert [address.addr_spec for address in djangos["To"].addresses] == [mail.recipient_address]
    assert [address.addr_spec for address in ours["To"].addresses] == ["nadia@lefevre.example"]
    assert (ours["List-Unsubscribe"] is None) == (copied or way_out is None)
    assert part(ours, "plain") == part(djangos, "plain") == mail.text.rstrip("\n")
    assert part(ours, "html") == part(djangos, "html") == mail.html.rstrip("\n")
    assert [piece.get_content_type() for piece in ours.walk()] == [piece.get_content_type() for piece in djangos.walk()]
    assert not ours.defects and not any(piece.defects for piece in ours.walk())


@settings(max_examples=75, deadline=None)
@given(firm=_TITLES, to_name=_NAMES, title=_TITLES, context=_BODIES)
def test_bytes_are_ascii_in_short_lines_that_end_in_crlf(firm, to_name, title, context):  # type: ignore[no-untyped-def]
    raw = rendered(
        EmailEvent.SIGNATURE_REMINDER,
        "fr",
        brand=a_brand(firm_name=firm),
        envelope=an_envelope(from_name=firm, to_name=to_name),
        values={"TITLE": title, "CONTEXT": context},
    ).to_mime()
    head, _, body = raw.partition(b"\r\n\r\n")
    assert raw.isascii() and b"\0" not in raw
    assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert max(map(len, body.split(b"\r\n"))) <= 76


def test_names_that_read_like_encoded_words_stay_what_they_are() -> None:
    odd = "=?utf-8?q?Claire?= Moreau"
    ours = parsed(rendered(EmailEvent.SIGNATURE_REQUESTED, "en", envelope=an_envelope(from_name=odd), values={"TITLE": odd}).to_mime())
    assert ours["Subject"] == f"Your signature for “{odd}”"
    assert ours["From"].addresses[0].display_name == odd
