"""The firm's copy (A23, M6) and the one-click way out: who is named, and who alone receives it."""

import pytest
from anymail.utils import parse_address_list

from templates_email.enums import EmailEvent
from templates_email.errors import UnsafeHeader
from tests.templates_email.examples import EVERY_EMAIL, an_envelope, parsed, rendered

_COPIES = "copies@cabinet-lumiere.example"
_OFF = "https://clients.example/n/5WHD-K2T7/off"

every_email = pytest.mark.parametrize(("event", "language"), EVERY_EMAIL)


def _head(**changes: object) -> dict[str, str]:
    return dict(parsed(rendered(EmailEvent.SIGNATURE_REMINDER, "en", envelope=an_envelope(**changes)).to_mime()).items())


@pytest.mark.rule("A23", "M6")
@every_email
def test_copy_names_the_client_and_goes_to_the_firm_alone(event: EmailEvent, language: str) -> None:
    mail = rendered(event, language, envelope=an_envelope(copy_to=_COPIES, unsubscribe_url=_OFF))
    assert mail.recipient_address == _COPIES
    assert parsed(mail.to_mime())["To"].addresses[0].addr_spec == "nadia@lefevre.example"
    assert _COPIES.encode() not in mail.to_mime().partition(b"\r\n\r\n")[0]


@pytest.mark.rule("A23", "M6")
@pytest.mark.parametrize("name", ["Nadia Lefèvre", "", 'Nadia "N" <nadia@evil.example>, x@evil.example', "N" * 300 + " <n@evil.example>"])
@pytest.mark.parametrize("event", EmailEvent)
def test_copy_never_reaches_the_client_through_a_provider(event: EmailEvent, name: str) -> None:
    mail = rendered(event, "fr", envelope=an_envelope(copy_to=_COPIES, to_name=name, unsubscribe_url=_OFF)).to_email_message()
    assert mail.recipients() == mail.to
    assert [address.addr_spec for address in parse_address_list(mail.to)] == [_COPIES]  # as Anymail reads it
    addressed = parsed(mail.message().as_bytes())["To"].addresses
    assert [address.addr_spec for address in addressed] == [_COPIES]
    assert "nadia at lefevre.example" in addressed[0].display_name and addressed[0].display_name.startswith(name[:5])
    assert {"To", "Cc", "Bcc", "Resent-To"} & set(mail.extra_headers) == set()


def test_copy_offers_no_way_out_of_the_clients_mail() -> None:
    assert "List-Unsubscribe" in _head(unsubscribe_url=_OFF)
    assert {name for name in _head(unsubscribe_url=_OFF, copy_to=_COPIES) if name.startswith("List-Unsubscribe")} == set()


def test_way_out_takes_one_click() -> None:
    head = _head(unsubscribe_url=_OFF)
    assert head["List-Unsubscribe"] == f"<{_OFF}>"
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in _head()


@pytest.mark.parametrize(
    "url", ["javascript:x", "mailto:x@y.example", f"{_OFF}\r\nBcc: x@evil.example", f"{_OFF}>, <mailto:x@y.example", _OFF + "a" * 900]
)
def test_way_out_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(UnsafeHeader) as caught:
        _head(unsubscribe_url=url)
    assert caught.value.field == "List-Unsubscribe"


@pytest.mark.parametrize("address", ["copies", "a@b.example, nadia@lefevre.example", "a@b.example\r\nBcc: x@evil.example", "a@b.example>"])
def test_copy_to_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UnsafeHeader) as caught:
        _head(copy_to=address)
    assert caught.value.field == "The copy's address"


@pytest.mark.rule("C35")
def test_banner_leads_to_the_activation_only_where_there_is_one_to_do() -> None:
    for event, language in EVERY_EMAIL:
        words = {"en": "Activate my access", "fr": "Activer mon accès"}[language]
        pending, active = rendered(event, language), rendered(event, language, values={"ACTIVATION_URL": ""})
        at = pending.html.find("/v/8MND-T3QK")
        assert (0 < at < pending.html.index("<h1")) == ("/v/8MND-T3QK" in pending.text) == event.has_banner
        assert "/v/" not in active.html + active.text
        if event.has_banner:
            assert pending.html[at:].partition("</a>")[0].endswith(f">{words}")
            assert pending.text.index("/v/8MND-T3QK") < pending.text.index({"en": "Hello", "fr": "Bonjour"}[language])


@pytest.mark.parametrize("copy_to", [None, _COPIES])
def test_footer_leads_to_the_choice_only_where_there_is_one(copy_to: str | None) -> None:
    for event, language in EVERY_EMAIL:
        words = {"en": "Choose what you receive", "fr": "Choisir ce que vous recevez"}[language]
        with_it = rendered(event, language, envelope=an_envelope(copy_to=copy_to))
        without = rendered(event, language, values={"PREFERENCES_URL": ""}, envelope=an_envelope(copy_to=copy_to))
        assert (f">{words}</a>" in with_it.html) == (words in with_it.text) == event.may_be_muted
        assert words not in without.html + without.text
