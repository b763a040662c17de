"""What firms and clients typed is data in every part, and what cannot be sent is refused by name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates_email.enums import EmailEvent, Giver, Trust
from templates_email.errors import CannotRender, MissingValue, UnexpectedRows, UnknownLanguage, UnsafeHeader, UnsafeValue
from templates_email.placeholders import PLACEHOLDERS, ROW_NAMES, names_given_by, sample_rows, samples
from templates_email.render import Rendered, needed_values, render
from templates_email.slots import contain_direction, is_link
from templates_email.sources import LANGUAGES
from templates_email.template import template
from tests.templates_email.examples import EVERY_EMAIL, a_brand, an_envelope, rendered

_HOSTILE = [
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "{{ settings.SECRET_KEY }}",
    "{% include 'x' %}",
    "@TAG@",
    "[[CODE]] [[if TITLE]] [[end]]",
    "<!--[[if SHOW_CONTEXT]]-->",
    "<!--[if mso]><b><![endif]-->",
    "%(asctime)s %s {0.__class__} ${HOME}",
    "&lt;b&gt; &amp; &#60;",
    "</title></style></div>",
    "javascript:alert(1)",
    "=3D =\\r\\n=",
]
_TYPED = [name for name, placeholder in PLACEHOLDERS.items() if placeholder.trust == Trust.TYPED]
_TYPED_BY_CALLER = [name for name in _TYPED if PLACEHOLDERS[name].giver == Giver.CALLER]

every_email = pytest.mark.parametrize(("event", "language"), EVERY_EMAIL)


def _escaped(typed: str) -> str:
    return typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;").replace("'", "&#x27;")


@every_email
def test_typed_text_is_shown_and_never_obeyed(event: EmailEvent, language: str) -> None:
    plain = rendered(event, language, values=dict.fromkeys(_TYPED_BY_CALLER, "Harmless"))
    for hostile in _HOSTILE:
        mail = rendered(event, language, values=dict.fromkeys(_TYPED_BY_CALLER, hostile))
        assert mail.html == plain.html.replace("Harmless", _escaped(hostile))
        assert mail.subject == plain.subject.replace("Harmless", hostile)
        assert hostile in " ".join(mail.text.split())


@pytest.mark.parametrize("hostile", _HOSTILE)
def test_what_a_firm_typed_about_itself_is_shown_and_never_obeyed(hostile: str) -> None:
    def mail(typed: str) -> str:
        brand = a_brand(firm_name=typed, address_line=typed, phone=typed)
        return rendered(EmailEvent.SIGNATURE_REQUESTED, "fr", brand=brand).html

    assert mail(hostile) == mail("Harmless").replace("Harmless", _escaped(hostile))


@pytest.mark.parametrize("website", ["javascript:alert(1)", "https://user:pass@x.example/", 'x.example" onclick="y', "data:text/html,x"])
def test_website_that_is_no_link_is_plain_text(website: str) -> None:
    alone = {"ACTIVATION_URL": "", "PREFERENCES_URL": ""}
    mail = rendered(EmailEvent.SIGNATURE_REQUESTED, "en", brand=a_brand(website=website, logo=None), values=alone)
    assert mail.html.count("<a ") == mail.html.count(">Read and sign<") + mail.html.count("<img") == 3
    assert website.removeprefix("https://").removesuffix("/") in mail.text


def test_website_is_linked_with_and_without_its_scheme() -> None:
    for website in ("cabinet-lumiere.example", "https://cabinet-lumiere.example"):
        assert (
            '<a class="link" href="https://cabinet-lumiere.example" style="color:#1d5546">cabinet-lumiere.example</a>'
            in rendered(EmailEvent.SIGNATURE_REQUESTED, "en", brand=a_brand(website=website)).html
        )


def test_line_breaks_of_a_message_stay_in_both_parts() -> None:
    mail = rendered(EmailEvent.SIGNATURE_REQUESTED, "en", values={"CONTEXT": "One <b>\r\nTwo\u2028Three\x00\x07"})
    assert "“One &lt;b&gt;<br />Two<br />Three”" in mail.html
    assert "\n  “One <b>\n  Two\n  Three”\n" in mail.text


def test_line_breaks_in_one_line_become_blanks_outside_headers() -> None:
    mail = rendered(EmailEvent.SIGNATURE_REQUESTED, "en", values={"ACCOUNT": "Two\r\nlines\tand  more"})
    assert mail.text.startswith("Cabinet Lumière\nTwo lines and more\n")


def test_change_of_direction_ends_with_its_value() -> None:
    assert contain_direction("plain שלום") == "plain שלום"
    assert contain_direction("a\u202eb") == "a\u202eb\u202c"
    assert contain_direction("\u202ea\u202c \u2067b\u202ac") == "\u202ea\u202c \u2067b\u202ac\u202c\u2069"
    mail = rendered(EmailEvent.SIGNATURE_REQUESTED, "en", values={"TITLE": "\u202efdp.exe"})
    assert mail.subject == "Your signature for “\u202efdp.exe\u202c”"
    assert "“\u202efdp.exe\u202c”" in mail.html and "“\u202efdp.exe\u202c”" in mail.text


def test_message_that_is_a_file_alone_has_no_empty_quote() -> None:
    mail = rendered(EmailEvent.CHAT_MESSAGE, "en", rows=[{"SAID": "", "SAID_BY": "Claire Moreau", "SAID_ON": ""}])
    assert "“”" not in mail.text + mail.html
    assert "\n  Claire Moreau\n" in mail.text


@every_email
def test_missing_value_is_named(event: EmailEvent, language: str) -> None:
    for name in needed_values(event):
        values = samples(language)
        del values[name]
        with pytest.raises(MissingValue) as caught:
            render(event=event, language=language, brand=a_brand(), envelope=an_envelope(), values=values)
        assert caught.value.name == name


# A reminder says when it was asked for whatever else it may say, and so do uploads; other notices do only without context.
SAYS_ITS_DAY = {event for event in EmailEvent if event.endswith("_reminder")} | {EmailEvent.DOCUMENTS_UPLOADED}


@every_email
def test_empty_value_is_named_where_something_is_needed(event: EmailEvent, language: str) -> None:
    for name in needed_values(event):
        if PLACEHOLDERS[name].may_be_empty:
            rendered(event, language, values={name: ""})
        elif name != "ASKED_ON" or event in SAYS_ITS_DAY:
            with pytest.raises(MissingValue) as caught:
                rendered(event, language, values={name: ""})
            assert caught.value.name == name


def test_needed_values_are_what_each_event_shows() -> None:
    dates, context = {"ASKED_ON", "DUE_ON", "NEXT_ON"}, {"TITLE", "CONTEXT", "CONTEXT_BY"}
    told = {"ACCOUNT", "FIRST_NAME", "ACTIVATION_URL", "PREFERENCES_URL"}
    asked, reminded = told | {"ACTION_URL"} | dates | context, {"NUMBER", "OF"}
    listed, written = asked | {"COUNT", "MORE"}, (asked - {"CONTEXT", "CONTEXT_BY"}) | {"MORE"}
    assert {event: needed_values(event) for event in EmailEvent} == {
        EmailEvent.SIGNATURE_REQUESTED: asked,
        EmailEvent.SIGNATURE_REMINDER: asked | reminded,
        EmailEvent.DOCUMENTS_REQUESTED: listed,
        EmailEvent.DOCUMENTS_REMINDER: listed | reminded,
        EmailEvent.DOCUMENTS_UPLOADED: told | {"ACTION_URL", "ASKED_ON", "COUNT", "MORE", "SEVERAL"},
        EmailEvent.APPROVAL_REQUESTED: listed,
        EmailEvent.APPROVAL_REMINDER: listed | reminded,
        EmailEvent.CHAT_MESSAGE: written | {"COUNT", "SEVERAL"},
        EmailEvent.CHAT_REMINDER: written | reminded,
        EmailEvent.TASKS_REQUESTED: listed,
        EmailEvent.TASKS_REMINDER: listed | reminded,
        EmailEvent.SEVERAL_REQUESTS: told | {"CONTEXT", "CONTEXT_BY", "COUNT"},
        EmailEvent.SEVERAL_REMINDERS: told | {"CONTEXT", "CONTEXT_BY", "COUNT"},
        EmailEvent.ACT_CODE: {"ACCOUNT", "ACTIVATION_URL", "FIRST_NAME", "TITLE", "CODE"},
        EmailEvent.PASSWORD_RESET: {"ACCOUNT", "FIRST_NAME", "RESET_URL"},
        EmailEvent.CLIENT_INVITATION: {"ACCOUNT", "FIRST_NAME", "INVITED_BY", "INVITE_URL"},
        EmailEvent.SIGN_IN_CODE: {"ACCOUNT", "FIRST_NAME", "CODE"},
        EmailEvent.STAFF_INVITATION: {"ACCOUNT", "INVITED_BY", "INVITE_URL"},
        EmailEvent.FIRM_CHANGED: {"ACCOUNT", "WHO", "CHANGED_ON", "SETTINGS_URL"},
        EmailEvent.WAY_TEST: {"ACCOUNT", "CODE"},
        EmailEvent.DOCUMENTS_COMPLETE: {"ACCOUNT", "WHO", "CHANGED_ON", "CLIENT", "PERIOD", "DOCUMENTS_URL"},
    }


@every_email
def test_row_names_are_what_the_rows_of_each_event_show(event: EmailEvent, language: str) -> None:
    shown = template(event, language).row_names() - names_given_by(Giver.BRAND) - names_given_by(Giver.SOCIALS)
    assert shown == set(ROW_NAMES.get(event, ()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", ROW_NAMES)
def test_typed_text_in_rows_is_shown_and_never_obeyed(event: EmailEvent, language: str) -> None:
    typed = [name for name in ROW_NAMES[event] if name in _TYPED_BY_CALLER]

    def mail(text: str) -> Rendered:
        rows = [{**row, **dict.fromkeys(typed, text)} for row in sample_rows(event, language)]
        return rendered(event, language, rows=rows)

    for hostile in _HOSTILE:
        assert mail(hostile).html == mail("Harmless").html.replace("Harmless", _escaped(hostile))
        assert " ".join(mail(hostile).text.split()).count(hostile) == 2 * len(typed)


@pytest.mark.parametrize("event", ROW_NAMES)
def test_email_with_a_place_for_rows_can_do_without_any(event: EmailEvent) -> None:
    mail = rendered(event, "en", rows=[], values={"COUNT": "", "SEVERAL": "", "MORE": ""})
    assert "\n\n\n" not in mail.text


def test_every_placeholder_has_a_sample_in_every_language() -> None:
    assert {frozenset(placeholder.sample) for placeholder in PLACEHOLDERS.values()} == {frozenset({"en", "fr"})}
    assert all(text for placeholder in PLACEHOLDERS.values() for text in placeholder.sample.values())


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//clients.example/a",
        "/a/1",
        "https://",
        "https://user@clients.example/",
        "https://clients.example/a b",
        'https://clients.example/"onclick=',
        "https://clients.example/<b>",
        "https://clients.example/\n",
        "https://clients.example/é",
        "ftp://clients.example/",
        "https://clients.example/" + "a" * 2000,
    ],
)
def test_link_that_is_none_is_refused(link: str) -> None:
    assert not is_link(link)
    with pytest.raises(UnsafeValue) as caught:
        rendered(EmailEvent.SIGNATURE_REQUESTED, "en", values={"ACTION_URL": link})
    assert caught.value.name == "ACTION_URL"
    assert link not in str(caught.value)


@pytest.mark.parametrize("link", ["http://localhost:8000/a/1", "https://clients.example", "https://c.example/a?b=1&c=%20#d"])
def test_links_of_ours_are_links(link: str) -> None:
    mail = rendered(EmailEvent.SIGNATURE_REQUESTED, "en", values={"ACTION_URL": link})
    assert f'href="{link.replace("&", "&amp;")}"' in mail.html
    assert f"\n{link}\n" in mail.text


@pytest.mark.parametrize("unfit", ["\r", "\n", "\r\n", "\0", "\u2028", "\u2029", "\x85", "\x1b", "\x7f", "\ud800"])
def test_header_slots_refuse_what_ends_a_line(unfit: str) -> None:
    bad = f"Claire{unfit}Bcc: x@evil.example"
    envelopes: dict[str, dict[str, object]] = {
        "From": {"from_name": bad},
        "To": {"to_name": bad},
        "Reply-To": {"reply_to": f"claire@x.example{unfit}"},
        "Message-ID": {"message_id": f"<a{unfit}@mail.example>"},
        "References": {"references": ("<a@mail.example>", f"<a@mail.example>{unfit}")},
        "List-Id": {"list_id": f"<a{unfit}.mail.example>"},
    }
    for field, changes in envelopes.items():
        with pytest.raises(UnsafeHeader) as caught:
            rendered(EmailEvent.SIGNATURE_REQUESTED, "en", envelope=an_envelope(**changes))
        assert caught.value.field == field
    for name in ("from_address", "to_address"):
        for address in (f"a{unfit}@x.example", f"a@x.example{unfit}", f"{unfit}a@x.example"):
            with pytest.raises(UnsafeHeader):
                rendered(EmailEvent.SIGNATURE_REQUESTED, "en", envelope=an_envelope(**{name: address}))


@pytest.mark.parametrize("unfit", ["\n", "\r", "\0", "\u2028", "\u2029", "\x85"])
def test_subject_refuses_a_title_that_ends_a_line_only_where_it_shows_it(unfit: str) -> None:
    values = {"TITLE": f"Letter{unfit}Bcc: x@evil.example"}
    with pytest.raises(UnsafeHeader) as caught:
        rendered(EmailEvent.SIGNATURE_REQUESTED, "en", values=values)
    assert caught.value.field == "TITLE"
    hidden = rendered(EmailEvent.SIGNATURE_REQUESTED, "en", brand=a_brand(show_context=False), values=values)
    assert hidden.subject == "A document is waiting for your signature"


@pytest.mark.parametrize("event", EmailEvent)
def test_half_a_character_is_refused(event: EmailEvent) -> None:
    for name in needed_values(event) & {*_TYPED_BY_CALLER}:
        with pytest.raises((UnsafeValue, UnsafeHeader)):
            rendered(event, "en", values={name: "a\udc80b"})


def test_half_a_character_is_refused_in_rows() -> None:
    rows = [{"WHAT": "Role", "OLD": "", "NEW": "a\udc80b"}]
    with pytest.raises(UnsafeValue) as caught:
        render(event=EmailEvent.FIRM_CHANGED, language="en", brand=a_brand(), envelope=an_envelope(), values=samples("en"), rows=rows)
    assert caught.value.name == "NEW"


def test_half_a_character_is_refused_from_the_brand() -> None:
    with pytest.raises(UnsafeValue):
        rendered(EmailEvent.SIGNATURE_REQUESTED, "en", brand=a_brand(firm_name="a\udc80b"))


@pytest.mark.parametrize("address", ["", "nadia", "@x.example", "a@", "a b@x.example", "é@x.example", "a@x..example", "a" * 250 + "@x.fr"])
def test_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UnsafeHeader) as caught:
        rendered(EmailEvent.SIGNATURE_REQUESTED, "en", envelope=an_envelope(to_address=address))
    assert caught.value.field == "To"


def test_unknown_language_is_refused_and_regions_are_not() -> None:
    assert rendered(EmailEvent.ACT_CODE, "fr").subject == rendered_in("fr-BE").subject
    with pytest.raises(UnknownLanguage):
        rendered_in("nl")


def rendered_in(language: str):  # type: ignore[no-untyped-def]
    return render(event=EmailEvent.ACT_CODE, language=language, brand=a_brand(), envelope=an_envelope(), values=samples("fr"))


def test_rows_are_refused_where_there_is_no_place_for_them() -> None:
    with pytest.raises(UnexpectedRows):
        render(
            event=EmailEvent.ACT_CODE,
            language="en",
            brand=a_brand(),
            envelope=an_envelope(),
            values=samples("en"),
            rows=[{"TITLE": "Lost"}],
        )


@pytest.mark.parametrize("changes", [{"color": "red"}, {"color": "#12345g"}, {"color": "#1d5546;x"}])
def test_brand_refuses_a_colour_that_is_none(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="A brand's"):
        a_brand(**changes)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(_TYPED_BY_CALLER), st.text(st.characters(), max_size=60)))
def test_any_text_makes_a_message_or_is_refused_by_name(values: dict[str, str]) -> None:
    try:
        raw = rendered(EmailEvent.SIGNATURE_REMINDER, "fr", values=values).to_mime()
    except CannotRender as refused:
        assert refused.permanent
    else:
        assert raw.isascii() and raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
