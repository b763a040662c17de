"""Settings > Firm settings: what may be set, by whom, and what the preview shows before it is saved."""

from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from firms.enums import SocialNetwork, Verb
from firms.models import ActivityLine, Firm
from notifications.dispatch.send import dispatch_ready
from notifications.models import Notice
from tests.desk.conftest import NOW, SignIn
from tests.desk.reading import main_of
from tests.firms.test_logo_reading import picture, png_that_claims
from tests.mail import Mailbox, html_of, text_of
from tests.people import Lumiere
from tests.story import ask_signature, live

PAGE, PREVIEW, EFFECT, SAMPLE = (f"/settings/firm/{part}" for part in ("", "preview/", "effect/", "sample/"))


@pytest.fixture
def browser(lumiere: Lumiere, sign_in: SignIn) -> Client:
    return sign_in(lumiere.claire)


TEXTS = ("name", "email", "address_line", "phone", "website", "reply_to", "copy_to", "color", *SocialNetwork.values)
SWITCHES = ("copy_on", "show_contact", "show_social", "show_logo", "show_context")


def filled(firm: Firm, **changes: object) -> dict[str, object]:
    """The form as a page drawn now would post it, with these changes; a switch that is off is not posted."""
    drawn = {f"initial-{name}": str(getattr(firm, name)) for name in (*TEXTS, *SWITCHES)}
    values = {name: getattr(firm, name) for name in TEXTS} | {name: "on" for name in SWITCHES if getattr(firm, name)}
    return {name: value for name, value in {**drawn, **values, **changes}.items() if value is not None}


def save(browser: Client, firm: Firm, **changes: object) -> Any:
    answer = browser.post(PAGE, filled(firm, **changes))
    firm.refresh_from_db()
    return answer


def preview(browser: Client, firm: Firm, **changes: object) -> str:
    return browser.post(PREVIEW, filled(firm, **changes)).content.decode()


def next_mail(lumiere: Lumiere, mailbox: Mailbox) -> EmailMessage:
    ask_signature(lumiere, now=NOW)
    live(NOW)
    return mailbox.to("nadia@lefevre.example")[-1]


def uploaded(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.rule("A14", "A21")
def test_page_has_the_four_switches_the_contact_details_and_a_preview_of_each(lumiere: Lumiere, browser: Client) -> None:
    main = main_of(browser.get(PAGE))
    titles = [heading.text for heading in main.find_all("h2", **{"class": "card-title"})]
    assert titles == ["Contact details", "Social links", "Logo and colour", "System-generated e-mails"]
    shown = browser.get(PAGE).content.decode()
    fields = ("show_contact", "show_social", "show_logo", "show_context", "reply_to", "copy_on", "copy_to")
    assert [f'name="{name}"' in shown for name in fields] == [True] * 7


@pytest.mark.rule("A15", "A13")
def test_address_and_phone_follow_their_switch_and_values(lumiere: Lumiere, browser: Client, mailbox: Mailbox) -> None:
    values = {"address_line": "1 rue Neuve, Lyon", "phone": "+33 4 00 00 00 01", "website": "lumiere.example"}
    on = preview(browser, lumiere.firm, **values)
    off = preview(browser, lumiere.firm, show_contact=None, **values)
    assert [[value in shown for value in values.values()] for shown in (on, off)] == [[True, True, True], [False, False, True]]
    save(browser, lumiere.firm, show_contact=None, **values)
    mail = next_mail(lumiere, mailbox)
    assert [value in text_of(mail) for value in values.values()] == [False, False, True]


@pytest.mark.rule("A16", "A12")
def test_only_networks_that_are_filled_in_appear_and_none_once_they_are_off(lumiere: Lumiere, browser: Client, mailbox: Mailbox) -> None:
    values = {"linkedin": "linkedin.com/company/lumiere", "whatsapp": "+33 6 00 00 00 01"}
    assert save(browser, lumiere.firm, **values).status_code == 302
    html = html_of(next_mail(lumiere, mailbox))
    assert ["https://linkedin.com/company/lumiere" in html, "https://wa.me/33600000001" in html, "/icon/facebook.png" in html] == [
        True, True, False,
    ]  # fmt: skip
    save(browser, lumiere.firm, show_social=None)
    assert "/icon/" not in html_of(next_mail(lumiere, mailbox))


@pytest.mark.rule("A17")
def test_logo_is_shown_while_its_switch_is_on_and_there_is_one(lumiere: Lumiere, browser: Client, mailbox: Mailbox) -> None:
    assert "<img" not in html_of(next_mail(lumiere, mailbox))
    assert save(browser, lumiere.firm, logo_file=uploaded(picture("WEBP", (600, 100)))).status_code == 302
    html = html_of(next_mail(lumiere, mailbox))
    assert f'src="http://localhost:8000/logo/{lumiere.firm.code}/2/" width="220"' in " ".join(html.split())
    answer = browser.get(f"/logo/{lumiere.firm.code}/2/")
    assert (answer.headers["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")
    save(browser, lumiere.firm, show_logo=None)
    assert "<img" not in html_of(next_mail(lumiere, mailbox))


@pytest.mark.rule("A18")
def test_message_context_is_hidden_until_it_is_switched_on(lumiere: Lumiere, browser: Client, mailbox: Mailbox) -> None:
    hidden = next_mail(lumiere, mailbox)
    save(browser, lumiere.firm, show_context="on")
    shown = next_mail(lumiere, mailbox)
    assert [["Lettre de mission" in part for part in (str(mail["Subject"]), text_of(mail), html_of(mail))] for mail in (hidden, shown)] == [
        [False, False, False], [True, True, True],
    ]  # fmt: skip


@pytest.mark.rule("A19")
@pytest.mark.parametrize("path", [PAGE, PREVIEW, EFFECT, SAMPLE])
def test_employee_is_refused_whatever_they_may_do_else(lumiere: Lumiere, sign_in: SignIn, path: str) -> None:
    for person in (lumiere.emma, lumiere.paulo):
        browser = sign_in(person)
        assert browser.post(path, filled(lumiere.firm, name="Stolen")).status_code == 403
    lumiere.firm.refresh_from_db()
    assert (browser.get(PAGE).status_code, lumiere.firm.name) == (403, "Cabinet Lumière")
    assert "/settings/firm/" not in browser.get("/").content.decode()


@pytest.mark.rule("A19", "M30")
def test_admin_may_change_the_settings(lumiere: Lumiere, sign_in: SignIn) -> None:
    assert save(sign_in(lumiere.amir), lumiere.firm, phone="+33 1").status_code == 302
    assert lumiere.firm.phone == "+33 1"


@pytest.mark.rule("A20")
def test_change_stands_in_the_feed_with_who_when_where_what_old_and_new(lumiere: Lumiere, browser: Client) -> None:
    save(browser, lumiere.firm, phone="+33 1")
    save(browser, lumiere.firm, phone="+33 2")
    line = ActivityLine.objects.filter(verb=Verb.FIRM_CHANGED).order_by("-id")[0]
    assert (line.actor_name, line.at, line.ip, line.detail, line.old, line.new) == (
        "Claire Moreau",
        NOW,
        "127.0.0.1",
        "Phone",
        "+33 1",
        "+33 2",
    )
    feed = main_of(browser.get("/activity/")).text
    assert [words in feed for words in ("changed the setting Phone", "+33 1", "+33 2", "127.0.0.1")] == [True] * 4


@pytest.mark.rule("A24")
def test_looking_at_previews_and_samples_saves_nothing(lumiere: Lumiere, browser: Client) -> None:
    before = Firm.objects.filter(pk=lumiere.firm.pk).values().get()
    for path in (PREVIEW, EFFECT, SAMPLE):
        assert browser.post(path, filled(lumiere.firm, name="Autre Cabinet", color="#ff0000", show_context="on")).status_code == 200
    assert Firm.objects.filter(pk=lumiere.firm.pk).values().get() == before
    assert "data-guard" in browser.get(PAGE).content.decode()


@pytest.mark.rule("A14")
def test_preview_follows_what_is_typed_and_keeps_what_was_good(lumiere: Lumiere, browser: Client) -> None:
    shown = preview(browser, lumiere.firm, name="Autre Cabinet", color="no colour", linkedin="javascript:alert(1)")
    assert ["Autre Cabinet" in shown, "#2b4c9b" in shown, "javascript" in shown] == [True, True, False]


def test_preview_comes_in_each_language_event_and_scheme_in_a_frame_that_runs_nothing(lumiere: Lumiere, browser: Client) -> None:
    french = browser.post(PREVIEW, filled(lumiere.firm, preview_language="fr", preview_event="act_code", preview_scheme="dark"))
    english = browser.get(f"{PREVIEW}?preview_language=en")
    assert ["Votre code" in french.content.decode(), "Your signature is still needed" in english.content.decode()] == [True, True]
    policy = french.headers["Content-Security-Policy"]
    assert ["default-src 'none'" in policy, "script-src" in policy, "sandbox" in policy] == [True, False, True]
    assert (french.headers["X-Frame-Options"], "(prefers-color-scheme" in french.content.decode()) == ("SAMEORIGIN", False)


def test_preview_shows_a_logo_that_is_not_saved_yet(lumiere: Lumiere, browser: Client) -> None:
    shown = preview(browser, lumiere.firm, logo_file=uploaded(picture("JPEG")))
    assert ("data:image/png;base64," in shown, "draft.invalid" in shown) == (True, False)


def test_effect_names_sender_subject_contrast_and_each_change(lumiere: Lumiere, browser: Client) -> None:
    said = browser.post(EFFECT, filled(lumiere.firm, name="Autre Cabinet", color="#ffd400")).content.decode()
    assert ["Autre Cabinet - Boulangerie" in said, "A light colour" in said, "2 changes:" in said, said.count("hx-swap-oob")] == [
        True, True, True, 3,
    ]  # fmt: skip


@pytest.mark.rule("A14")
def test_sample_goes_to_whoever_asks_with_the_look_that_is_not_saved_yet(lumiere: Lumiere, browser: Client, mailbox: Mailbox) -> None:
    browser.post(
        SAMPLE,
        filled(
            lumiere.firm,
            name="Autre Cabinet",
            show_context="on",
            preview_language="en",
            copy_on="on",
            copy_to="a@b.example",
            reply_to="r@b.example",
        ),
    )
    dispatch_ready(lambda: NOW)
    ((to, mail),) = mailbox.accepted
    assert (to, "Autre Cabinet" in html_of(mail), "Engagement letter 2027" in str(mail["Subject"])) == (
        "claire@lumiere.example",
        True,
        True,
    )
    assert (mail["From"].addresses[0].display_name, str(mail["Reply-To"])) == ("Autre Cabinet - Boulangerie Lefèvre SRL", "r@b.example")
    assert "http://localhost:8000/copy/" in text_of(mail)
    line = ActivityLine.objects.get(verb=Verb.SAMPLE_SENT)
    assert (line.actor_name, line.detail) == ("Claire Moreau", "claire@lumiere.example")


def test_sample_of_a_password_mail_gives_no_way_in(lumiere: Lumiere, browser: Client, mailbox: Mailbox) -> None:
    browser.post(SAMPLE, filled(lumiere.firm, preview_event="password_reset"))
    dispatch_ready(lambda: NOW)
    assert "/password/reset/" not in text_of(mailbox.accepted[0][1])


HOSTILE = [
    ({"name": "C" * 300}, "Ensure this value has at most 120 characters"),
    ({"name": ""}, "This field is required"),
    ({"linkedin": "javascript:alert(1)"}, "This is no web address"),
    ({"facebook": "https://user:pass@evil.example/"}, "This is no web address"),
    ({"website": "not a page"}, "This is no web address"),
    ({"color": "red; background: url(//evil.example)"}, "Ensure this value has at most 7 characters"),
    ({"color": "#12345g"}, "Write the colour like #1d5546"),
    ({"reply_to": "x@firm.example\r\nBcc: thief@client.example"}, "Enter a valid email address"),
    ({"copy_on": "on", "copy_to": ""}, "Type the address that is to receive the copies"),
    ({"copy_on": "on", "copy_to": "noreply@firm.example"}, "Nobody reads a no-reply address"),
    ({"logo_file": uploaded(b"<html></html>")}, "This is no PNG, JPEG or WebP picture"),
    ({"logo_file": uploaded(png_that_claims(60_000, 60_000))}, "too many pixels"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "sentence"), HOSTILE)
def test_bad_input_is_refused_with_a_sentence_and_nothing_typed_is_lost(
    lumiere: Lumiere, browser: Client, changes: dict[str, object], sentence: str
) -> None:
    answer = save(browser, lumiere.firm, phone="+33 9", **changes)
    shown = answer.content.decode()
    assert (answer.status_code, sentence in shown, 'value="+33 9"' in shown) == (200, True, True)
    assert (lumiere.firm.name, lumiere.firm.phone, bool(lumiere.firm.logo)) == ("Cabinet Lumière", "", False)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Cabinet\r\nBcc: thief@client.example", "Cabinet Bcc: thief@client.example"),
        ("Cabinet \u202egnp.exe", "Cabinet gnp.exe"),
    ],
)
def test_odd_name_is_shown_as_the_plain_text_it_is(lumiere: Lumiere, browser: Client, mailbox: Mailbox, typed: str, kept: str) -> None:
    save(browser, lumiere.firm, name=typed)
    mail = next_mail(lumiere, mailbox)
    assert (lumiere.firm.name, mail["From"].addresses[0].display_name, mail["Bcc"]) == (kept, f"{kept} - Boulangerie Lefèvre SRL", None)
    assert "<script>" not in html_of(mail) + browser.get(PAGE).content.decode()


def test_logo_chosen_beside_an_error_is_kept(lumiere: Lumiere, browser: Client) -> None:
    shown = save(browser, lumiere.firm, name="", logo_file=uploaded(picture("PNG"))).content.decode()
    kept = shown.split('name="kept_logo" value="')[1].split('"')[0]
    assert save(browser, lumiere.firm, kept_logo=kept).status_code == 302
    with lumiere.firm.logo.open("rb") as file:
        assert (lumiere.firm.logo_width, file.read(4)) == (300, b"\x89PNG")


def test_kept_logo_that_is_not_our_own_work_is_passed_over(lumiere: Lumiere, browser: Client) -> None:
    assert save(browser, lumiere.firm, kept_logo="eyJhIjoxfQ:1abc:forged").status_code == 302
    assert bool(lumiere.firm.logo) is False


def test_logo_can_be_removed(lumiere: Lumiere, browser: Client) -> None:
    save(browser, lumiere.firm, logo_file=uploaded(picture("PNG")))
    assert ["<img" in preview(browser, lumiere.firm, remove_logo=ticked) for ticked in (None, "on")] == [True, False]
    save(browser, lumiere.firm, remove_logo="on")
    assert bool(lumiere.firm.logo) is False


@pytest.mark.rule("A20")
def test_two_people_with_the_page_open_undo_nothing_of_each_other(lumiere: Lumiere, browser: Client) -> None:
    older_page = filled(lumiere.firm, address_line="1 rue Neuve", phone="+33 1")
    lumiere.firm.phone, lumiere.firm.copy_to, lumiere.firm.copy_on = "+33 1", "archives@lumiere.example", True
    lumiere.firm.save()
    assert browser.post(PAGE, older_page).status_code == 302
    lumiere.firm.refresh_from_db()
    assert (lumiere.firm.address_line, lumiere.firm.phone, lumiere.firm.copy_on) == ("1 rue Neuve", "+33 1", True)
    assert list(ActivityLine.objects.filter(verb=Verb.FIRM_CHANGED).values_list("detail", flat=True)) == ["Address"]


def test_same_field_changed_by_two_is_asked_about_once(lumiere: Lumiere, browser: Client) -> None:
    older_page = filled(lumiere.firm, phone="+33 2")
    lumiere.firm.phone = "+33 1"
    lumiere.firm.save()
    answer = browser.post(PAGE, older_page)
    shown = answer.content.decode()
    assert ("A colleague has changed this meanwhile, to “+33 1”." in shown, 'value="+33 2"' in shown) == (True, True)
    again = shown.split('name="initial-phone" value="')[1].split('"')[0]
    assert browser.post(PAGE, {**older_page, "initial-phone": again}).status_code == 302
    lumiere.firm.refresh_from_db()
    assert (again, lumiere.firm.phone) == ("+33 1", "+33 2")


def test_unknown_fields_set_nothing(lumiere: Lumiere, browser: Client) -> None:
    save(browser, lumiere.firm, code="STOLEN", sends_at_any_hour="on", require_mfa="on", brand_version="99", logo="logos/other.png")
    assert (lumiere.firm.sends_at_any_hour, lumiere.firm.require_mfa, lumiere.firm.brand_version) == (False, False, 1)
    assert Notice.objects.count() == 0
