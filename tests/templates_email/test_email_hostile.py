"""What a firm may type or paste into its settings: shown as the plain text it is, or refused by name."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates_email.brand import Logo, Social, logo_of
from templates_email.enums import EmailEvent
from templates_email.errors import CannotRender, UnsafeHeader
from templates_email.render import needed_values
from tests.templates_email.examples import EVERY_EMAIL, ICONS, a_brand, an_envelope, everything_said, parsed, part, rendered

_MARKUP = '</title><script>alert(1)</script><img src=x onerror="alert(1)">'
_NO_LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt://x.example/%0aalert(1)",
    "data:text/html,x",
    "//x.example",
    "ftp://x.example/",
    "",
    "https://",
]

every_email = pytest.mark.parametrize(("event", "language"), EVERY_EMAIL)


@pytest.mark.parametrize("url", _NO_LINKS)
def test_network_that_is_no_link_is_refused_by_its_name(url: str) -> None:
    with pytest.raises(ValueError, match="LinkedIn"):
        Social("LinkedIn", url, f"{ICONS}/linkedin.png")
    with pytest.raises(ValueError, match="LinkedIn"):
        Social("LinkedIn", "https://www.linkedin.com/company/x", url)


@pytest.mark.parametrize("url", _NO_LINKS)
def test_logo_that_is_no_link_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="A brand's logo"):
        Logo(url, 44, 44)


@pytest.mark.parametrize(
    ("pixels", "shown"),
    [
        ((660, 132), (220, 44)),
        ((660, 60), (220, 20)),
        ((132, 132), (44, 44)),
        ((60, 132), (20, 44)),
        ((30, 20), (30, 20)),
        ((660, 1), (220, 1)),
        ((1, 132), (1, 44)),
    ],
)
def test_logo_keeps_its_shape_and_is_never_blown_up(pixels: tuple[int, int], shown: tuple[int, int]) -> None:
    logo = logo_of("https://c.example/logo.png", *pixels)
    assert (logo.width, logo.height) == shown
    html = rendered(EmailEvent.ACT_CODE, "en", brand=a_brand(logo=logo)).html
    assert f'src="https://c.example/logo.png" width="{shown[0]}" height="{shown[1]}"' in html
    assert ('padding-bottom:16px"><img class="logo"' in html) == (shown[0] > 88)  # above the name where there is no room beside it


@every_email
def test_name_with_markup_is_text_wherever_it_stands(event: EmailEvent, language: str) -> None:
    mail = rendered(event, language, brand=a_brand(firm_name=_MARKUP), envelope=an_envelope(from_name=_MARKUP))
    assert mail.html.count("<title>") == mail.html.count("</title>") == 1 and "<script" not in mail.html and 'onerror="' not in mail.html
    assert mail.html.count("<img") == 3
    assert parsed(mail.to_mime())["From"].addresses[0].display_name == _MARKUP
    assert _MARKUP in " ".join(mail.text.split())


@every_email
def test_name_with_a_line_break_is_one_line_or_refused(event: EmailEvent, language: str) -> None:
    for end in ("\r\n", "\n", "\r", "\u2028", "\x85", "\0"):
        name = f"Cabinet{end}Bcc: x@evil.example"
        with pytest.raises(UnsafeHeader) as caught:
            rendered(event, language, envelope=an_envelope(from_name=name))
        assert caught.value.field == "From"
        try:
            mail = rendered(event, language, brand=a_brand(firm_name=name))
        except UnsafeHeader as refused:
            assert refused.field == "FIRM"  # where the subject names it
        else:
            assert "Bcc" not in parsed(mail.to_mime())
            assert re.match(r"Cabinet ?Bcc: x@evil.example\n", mail.text)


@every_email
def test_name_that_turns_the_writing_round_turns_only_itself(event: EmailEvent, language: str) -> None:
    mail = rendered(event, language, brand=a_brand(firm_name="\u202eerèimuL\u2066"), envelope=an_envelope(from_name="\u202eerèimuL"))
    whole = "\u202eerèimuL\u2066\u2069\u202c"
    for text in (mail.subject, mail.preheader, mail.text, mail.html):
        assert text.count("\u202e") == text.count(whole) == text.count("\u202c")
    assert mail.text.startswith(f"{whole}\n") and f">{whole}</span>" in mail.html
    assert parsed(mail.to_mime())["From"].addresses[0].display_name == "\u202eerèimuL\u202c"


@pytest.mark.parametrize("letter", ["x", "é", "日", "&", "\U0001f468"])
@every_email
def test_everything_as_long_as_it_may_be_is_sent_whole_and_under_100_kb(event: EmailEvent, language: str, letter: str) -> None:
    """Twice over what the forms allow; Gmail cuts what is longer than 102 kB."""
    name = letter * 300
    url = "https://x.example/" + "a" * 180
    brand = a_brand(
        firm_name=name,
        address_line=letter * 400,
        phone=letter * 80,
        website=url,
        socials=tuple(Social(f"Network {n}", f"{url}{n}", f"{ICONS}/{n}.png") for n in range(7)),
    )
    texts = {name: letter * 300 for name in needed_values(event) if not name.endswith("_URL")}
    mail = rendered(
        event, language, brand=brand, envelope=an_envelope(from_name=name), values=texts | {"CONTEXT": (letter * 78 + "\n") * 50}
    )
    assert len(mail.html.encode()) < 100_000
    assert max(map(len, mail.to_mime().split(b"\r\n"))) <= 78
    assert parsed(mail.to_mime())["From"].addresses[0].display_name == name
    assert name in part(parsed(mail.to_mime()), "plain")


_ENDS = st.sampled_from(["\r", "\n", "\r\n", "\r\n\r\n", "\0", "\x0b", "\x85", "\u2028", "\ud800"])


def _pushed_in(text: str, end: str, at: int) -> str:
    return f"{text[:at]}{end}Bcc: x@evil.example{end}{text[at:]}"


_FIELDS: dict[str, Callable[[str], object]] = {
    "from_name": str,
    "from_address": str,
    "to_name": str,
    "to_address": str,
    "reply_to": str,
    "message_id": str,
    "references": lambda value: (value,),
    "list_id": str,
    "unsubscribe_url": str,
    "copy_to": str,
}
_WHOLE = {
    "from_name": "Cabinet Lumière",
    "from_address": "notifications@mail.example",
    "to_name": "Nadia",
    "to_address": "nadia@lefevre.example",
    "reply_to": "claire@x.example",
    "message_id": "<a@mail.example>",
    "references": "<a@mail.example>",
    "list_id": "<a.mail.example>",
    "unsubscribe_url": "https://clients.example/n/x/off/",
    "copy_to": "copies@x.example",
}


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(sorted(_FIELDS)), end=_ENDS, at=st.integers(0, 40), copied=st.booleans())
def test_no_field_of_an_envelope_lets_a_line_in(name: str, end: str, at: int, copied: bool) -> None:
    changes = {name: _FIELDS[name](_pushed_in(_WHOLE[name], end, at))}
    if copied and name not in ("copy_to", "unsubscribe_url"):  # a copy has no way out that could be wrong
        changes["copy_to"] = "copies@x.example"
    with pytest.raises(UnsafeHeader):
        rendered(EmailEvent.SIGNATURE_REMINDER, "en", envelope=an_envelope(**changes))


@settings(max_examples=100, deadline=None)
@given(
    event=st.sampled_from(EmailEvent), text=st.text(st.characters(), max_size=80), end=st.one_of(st.just(""), _ENDS), at=st.integers(0, 80)
)
def test_no_firms_name_lets_a_field_in(event: EmailEvent, text: str, end: str, at: int) -> None:
    typed = _pushed_in(text, end, at)
    try:
        mail = rendered(event, "fr", brand=a_brand(firm_name=typed, address_line=typed, phone=typed), envelope=an_envelope(from_name=typed))
    except CannotRender as refused:
        assert refused.permanent
    else:
        assert "Bcc" not in parsed(mail.to_mime()) and "Bcc" not in mail.to_email_message().message()
        assert "<script" not in everything_said(mail)
