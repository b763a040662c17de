"""Settings > Mail service: chosen, tried by a real message, taken into use by its code, left and taken up again."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from firms.enums import Right, Verb
from firms.models import ActivityLine, Firm
from notifications.dispatch.send import dispatch_ready
from notifications.models import Notice
from templates_email.enums import EmailEvent
from tenancy.context import firm_context
from tests.desk.conftest import NOW, SignIn
from tests.desk.reading import Answer, main_of, read
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.people import Lumiere, make_lumiere
from tests.second_steps import CONFIRM, confirmed
from tests.story import ask_signature
from tests.tracking.calls import Mail, postmark, send
from tests.ways.making import PASSWORD, USER, FirmServer, api_input, firm_server, in_use, smtp_input
from ways.enums import Provider
from ways.models import Way
from ways.queries import find_draft, find_way_in_use
from ways.services import note_test, save_draft, stop_way

PAGE = "/settings/way/"
SMTP = f"{PAGE}edit/?through=smtp"
SENDER = "bonjour@cabinet-lumiere.example"

Save = Callable[[Client, dict[str, object]], Any]


@pytest.fixture(autouse=True)
def fresh_throttles(db: None) -> None:
    cache.clear()


@pytest.fixture
def server(settings: Settings) -> Iterator[FirmServer]:
    settings.OUTGOING_ALLOWED = ["127.0.0.0/8"]
    with firm_server() as running:
        yield running


@pytest.fixture
def save(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Save:
    """Fills it in and lets the request commit."""

    def saved(client: Client, data: dict[str, object]) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(SMTP, data)

    return saved


def words(answer: Answer) -> str:
    return main_of(answer).text


def typed(server: FirmServer, **others: object) -> dict[str, object]:
    return {"host": "127.0.0.1", "port": server.port, "tls": "none", "username": USER, "secret": PASSWORD, "sender": SENDER, **others}


def code_in(server: FirmServer) -> str:
    found = re.search(r"\b(\d{6})\b", text_of(server.accepted[-1][1]))
    assert found is not None
    return found[1]


def errors_of(client: Client, path: str, data: dict[str, object]) -> list[str]:
    return sorted(client.post(path, data).context["form"].errors)


def test_a_firm_without_one_reads_that_nothing_needs_to_be_done(lumiere: Lumiere, sign_in: SignIn) -> None:
    page = sign_in(lumiere.claire).get(PAGE)
    assert "Nothing needs to be done." in words(page)
    assert [str(provider.label) in words(page) for provider in Provider] == [True] * 5


@pytest.mark.rule("A19")
def test_a_test_message_really_goes_by_it_and_its_code_takes_it_into_use(
    lumiere: Lumiere, sign_in: SignIn, save: Save, server: FirmServer, mailbox: Mailbox
) -> None:
    client = sign_in(lumiere.claire)
    assert save(client, typed(server))["Location"] == PAGE
    ((to, message),) = server.accepted
    assert (to, SENDER in str(message["From"]), find_way_in_use(lumiere.firm.pk)) == (lumiere.claire.user.email, True, None)
    assert "2.0.0 Kept" in words(client.get(PAGE))
    confirmed(client).post(f"{PAGE}use/", {"code": code_in(server)})
    ask_signature(lumiere)
    dispatch_ready(lambda: NOW)
    assert [to for to, _ in server.accepted] == [lumiere.claire.user.email, lumiere.nadia_address.email]
    line = ActivityLine.objects.get(verb=Verb.FIRM_CHANGED)
    assert (line.detail, line.new) == ("Mail service of e-mails to clients", f"Mail server (SMTP) (127.0.0.1), {SENDER}")
    told = Notice.objects.get(event=EmailEvent.FIRM_CHANGED)
    assert (told.audience, told.values["page"], told.email in mailbox.addresses) == ("owner", "settings_way", True)


def test_an_open_browser_alone_takes_nothing_into_use(lumiere: Lumiere, sign_in: SignIn, save: Save, server: FirmServer) -> None:
    client = sign_in(lumiere.claire)
    save(client, typed(server))
    assert client.post(f"{PAGE}use/", {"code": code_in(server)})["Location"].startswith(CONFIRM)
    assert find_way_in_use(lumiere.firm.pk) is None


def test_a_wrong_code_takes_nothing_into_use_and_is_tried_ten_times_an_hour(
    lumiere: Lumiere, sign_in: SignIn, save: Save, server: FirmServer
) -> None:
    client = confirmed(sign_in(lumiere.claire))
    save(client, typed(server))
    right = code_in(server)
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(10):
        client.post(f"{PAGE}use/", {"code": wrong})
    client.post(f"{PAGE}use/", {"code": right})
    assert find_way_in_use(lumiere.firm.pk) is None


def test_what_the_server_refuses_is_shown_and_cannot_be_taken_into_use(
    lumiere: Lumiere, sign_in: SignIn, save: Save, server: FirmServer
) -> None:
    server.accounts.clear()
    client = confirmed(sign_in(lumiere.claire))
    save(client, typed(server))
    page = client.get(PAGE)
    assert "5.7.8 Authentication credentials invalid" in words(page)
    draft = find_draft(lumiere.firm.pk)
    assert (draft is not None, PASSWORD in page.content.decode()) == (True, False)


def test_what_was_filled_in_is_kept_where_the_test_has_come_to_no_end(lumiere: Lumiere, sign_in: SignIn, server: FirmServer) -> None:
    """As when the process is stopped while the server takes its time: nothing is sent before the draft is kept."""
    client = sign_in(lumiere.claire)
    client.post(SMTP, typed(server))
    assert server.accepted == []
    assert "No test has come to its end yet." in words(client.get(PAGE))
    assert client.get(SMTP).context["form"].initial["host"] == "127.0.0.1"


def test_what_another_draft_has_replaced_is_not_noted(lumiere: Lumiere, server: FirmServer) -> None:
    first = save_draft(firm=lumiere.firm, given=smtp_input(server), now=NOW)
    second = save_draft(firm=lumiere.firm, given=smtp_input(server), now=NOW)
    note_test(way=first, taken=True, answer="250 OK", now=NOW)
    second.refresh_from_db()
    assert (second.tested_at, second.test_answer) == (None, "")


@pytest.mark.django_db(transaction=True)
def test_while_the_test_message_is_on_its_way_nobody_waits_for_the_firm(
    transactional_db: None, sign_in: SignIn, server: FirmServer
) -> None:
    lumiere, held = make_lumiere(), list[str]()

    def look(address: str) -> None:
        try:
            with firm_context(lumiere.firm.pk):
                held.append(Firm.objects.select_for_update(nowait=True).get().code)
        except OperationalError as error:
            held.append(str(error))
        finally:
            connection.close()

    server.on_rcpt = look
    client = sign_in(lumiere.claire)
    client.post(SMTP, typed(server))
    assert held == [lumiere.firm.code]
    assert "2.0.0 Kept" in words(client.get(PAGE))


def test_a_private_address_is_refused_where_the_operator_has_named_none(
    lumiere: Lumiere, sign_in: SignIn, save: Save, settings: Settings
) -> None:
    settings.OUTGOING_ALLOWED = []
    client = sign_in(lumiere.claire)
    save(client, {"host": "127.0.0.1", "port": 25, "tls": "starttls", "username": "x", "secret": "y"})
    assert "127.0.0.1 is not a public address" in words(client.get(PAGE))
    assert errors_of(client, SMTP, {"host": "127.0.0.1", "port": 25, "tls": "none", "username": "x", "secret": "y"}) == ["tls"]


def test_the_password_is_never_shown_and_goes_to_no_other_server(lumiere: Lumiere, sign_in: SignIn, save: Save, server: FirmServer) -> None:
    in_use(lumiere.firm, smtp_input(server))
    client = sign_in(lumiere.claire)
    assert PASSWORD not in client.get(SMTP).content.decode() + client.get(PAGE).content.decode()
    save(client, typed(server, secret=""))
    assert len(server.accepted) == 1
    assert errors_of(client, SMTP, typed(server, secret="", host="mail.elsewhere.example")) == ["secret"]
    assert errors_of(client, SMTP, typed(server, secret="", username="somebody")) == ["secret"]


@pytest.mark.parametrize(
    "host", ["mail example", "user@mail.example", "https://mail.example", "mail.example/x", "-a.example", "a" * 64 + ".fr"]
)
def test_what_is_no_host_name_is_refused(lumiere: Lumiere, sign_in: SignIn, server: FirmServer, host: str) -> None:
    assert errors_of(sign_in(lumiere.claire), SMTP, typed(server, host=host)) == ["host"]


@pytest.mark.parametrize("provider", [provider for provider in Provider if provider != Provider.SMTP])
def test_each_provider_asks_for_what_it_needs(lumiere: Lumiere, sign_in: SignIn, provider: Provider) -> None:
    wanted = {
        Provider.POSTMARK: ["secret"], Provider.BREVO: ["secret"], Provider.MAILGUN: ["domain", "region"],
        Provider.AMAZON_SES: ["region", "username"],
    }  # fmt: skip
    assert errors_of(sign_in(lumiere.claire), f"{PAGE}edit/?through={provider}", {}) == wanted[provider]


def test_no_more_than_ten_tests_an_hour(lumiere: Lumiere, sign_in: SignIn, save: Save, server: FirmServer) -> None:
    client = sign_in(lumiere.claire)
    answers = [save(client, typed(server)).status_code for _ in range(11)]
    assert (answers, len(server.accepted)) == ([302] * 10 + [200], 10)


def test_back_to_the_server_s_own_and_undone(lumiere: Lumiere, sign_in: SignIn, server: FirmServer) -> None:
    in_use(lumiere.firm, smtp_input(server))
    client = confirmed(sign_in(lumiere.claire))
    client.post(f"{PAGE}back/")
    assert (find_way_in_use(lumiere.firm.pk), "Take Mail server (SMTP) (127.0.0.1) up again" in words(client.get(PAGE))) == (
        None,
        True,
    )
    client.post(f"{PAGE}again/")
    way = find_way_in_use(lumiere.firm.pk)
    assert way is not None and way.credentials.secret == PASSWORD
    assert Notice.objects.filter(event=EmailEvent.FIRM_CHANGED).count() == 2


def test_a_changed_way_keeps_its_webhook(lumiere: Lumiere) -> None:
    before = in_use(lumiere.firm, api_input(Provider.POSTMARK))
    after = in_use(lumiere.firm, api_input(Provider.POSTMARK, sender=SENDER))
    assert (before.credentials.hook, before.pk, after.sender) == (after.credentials.hook, after.pk, SENDER)


def test_a_stopped_way_says_why_on_its_page_and_on_the_start_page(lumiere: Lumiere, sign_in: SignIn, server: FirmServer) -> None:
    way = in_use(lumiere.firm, smtp_input(server))
    stop_way(firm=lumiere.firm, way_id=way.pk, version=way.version, answer="535 5.7.8 No", now=START)
    ask_signature(lumiere)
    client = sign_in(lumiere.claire)
    assert "535 5.7.8 No" in words(client.get(PAGE))
    assert "Mail server (SMTP) (127.0.0.1) refuses it" in words(client.get("/"))
    client.post(f"{PAGE}retry/")
    assert Way.objects.get().is_stopped is False


def test_a_stopped_way_needs_a_person_who_may_mend_it(lumiere: Lumiere, sign_in: SignIn, server: FirmServer) -> None:
    way = in_use(lumiere.firm, smtp_input(server))
    stop_way(firm=lumiere.firm, way_id=way.pk, version=way.version, answer="535 5.7.8 No", now=START)
    lumiere.paulo.rights = [Right.SEE_ALL_ACCOUNTS]
    lumiere.paulo.save()
    seen = {who: main_of(sign_in(who).get("/needs-a-person/")) for who in (lumiere.claire, lumiere.amir, lumiere.paulo)}
    for main in seen.values():
        assert main.items[0].startswith(
            "Serveur de messagerie (SMTP) (127.0.0.1) refuses your e-mails Nothing leaves for your clients until an owner or admin "
            "corrects the mail service or has it tried again. Nothing is lost. 535 5.7.8 No · "
        )
    assert [main.links.get("Mail service") for main in seen.values()] == [PAGE, PAGE, None]


def test_the_page_gives_the_address_for_the_provider_and_what_it_last_reported(
    lumiere: Lumiere, sign_in: SignIn, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.SITE_URL = "https://relance.example"
    way = in_use(lumiere.firm, api_input(Provider.POSTMARK))
    client = sign_in(lumiere.claire)
    url = f"https://relance:{way.credentials.hook_password}@relance.example/hooks/postmark/{way.credentials.hook}/"
    assert url in client.get(PAGE).content.decode()
    for number in (1, 2, 3):
        send(postmark(Mail("x", "", "nadia@lefevre.example"), "delivered", number), way)
        with django_assert_num_queries(9):
            page = client.get(PAGE)
    assert words(page).count("nadia@lefevre.example") == 3


MAILGUN = f"{PAGE}edit/?through=mailgun"


def test_mailgun_s_signing_key_is_asked_for_and_kept_with_what_it_is_for(lumiere: Lumiere, sign_in: SignIn) -> None:
    given: dict[str, object] = {"domain": "mg.cabinet-lumiere.example", "region": "eu", "secret": "key"}
    client = sign_in(lumiere.claire)
    assert errors_of(client, MAILGUN, given) == ["signing_key"]
    in_use(lumiere.firm, api_input(Provider.MAILGUN, signing_key="signs"))
    assert client.post(MAILGUN, {**given, "secret": ""}).status_code == 302
    draft = find_draft(lumiere.firm.pk)
    assert draft is not None and draft.credentials.signing_key == "signs"
    assert errors_of(client, MAILGUN, {**given, "domain": "mg.elsewhere.example"}) == ["signing_key"]


def test_a_way_without_a_signing_key_says_that_nothing_is_believed(lumiere: Lumiere, sign_in: SignIn) -> None:
    in_use(lumiere.firm, api_input(Provider.MAILGUN))
    client = sign_in(lumiere.claire)
    assert "Nothing that Mailgun reports is believed" in words(client.get(PAGE))
    in_use(lumiere.firm, api_input(Provider.MAILGUN, signing_key="signs"))
    assert "Nothing that Mailgun reports is believed" not in words(client.get(PAGE))


def test_the_pace_alone_counts_at_once_without_a_test(lumiere: Lumiere, sign_in: SignIn, save: Save, server: FirmServer) -> None:
    in_use(lumiere.firm, smtp_input(server, sender=SENDER))
    client = sign_in(lumiere.claire)
    assert save(client, typed(server, secret="", per_minute="30"))["Location"] == PAGE
    way = find_way_in_use(lumiere.firm.pk)
    assert (way and way.per_minute, find_draft(lumiere.firm.pk), server.accepted) == (30, None, [])
    page = client.get(PAGE)
    assert "Saved: it counts from the next e-mail on." in read(page).text
    assert "At most 30 e-mails a minute." in words(page)
    line = ActivityLine.objects.filter(verb=Verb.FIRM_CHANGED).latest("pk")
    assert (line.detail, line.old, line.new) == ("E-mails a minute at most by the own mail service", "no limit", "30")
    assert client.get(SMTP).context["form"].initial["per_minute"] == 30


@pytest.mark.parametrize("others", [{"sender": "hello@cabinet-lumiere.example"}, {"secret": PASSWORD}])
def test_a_pace_beside_anything_else_is_tested_with_it_first(
    lumiere: Lumiere, sign_in: SignIn, save: Save, server: FirmServer, others: dict[str, object]
) -> None:
    in_use(lumiere.firm, smtp_input(server, sender=SENDER))
    client = confirmed(sign_in(lumiere.claire))
    save(client, typed(server, **{"secret": "", "per_minute": "30", **others}))
    way, draft = find_way_in_use(lumiere.firm.pk), find_draft(lumiere.firm.pk)
    assert (way and way.per_minute, draft and draft.per_minute, len(server.accepted)) == (None, 30, 1)
    client.post(f"{PAGE}use/", {"code": code_in(server)})
    way = find_way_in_use(lumiere.firm.pk)
    assert way and way.per_minute == 30


def test_a_pace_at_which_nothing_would_leave_is_none(lumiere: Lumiere, sign_in: SignIn, server: FirmServer) -> None:
    client = sign_in(lumiere.claire)
    assert [errors_of(client, SMTP, typed(server, per_minute=told)) for told in ("0", "-1", "many", "100001")] == [["per_minute"]] * 4


def test_what_waits_for_the_pace_is_said_where_one_looks(lumiere: Lumiere, sign_in: SignIn, server: FirmServer, mailbox: Mailbox) -> None:
    in_use(lumiere.firm, smtp_input(server, per_minute=3))
    for number in range(3):
        ask_signature(lumiere, title=f"Lettre {number}", now=NOW)
    client = sign_in(lumiere.claire)
    turn = "It waits its turn: 3 e-mails a minute leave by your firm’s own mail service."
    assert turn not in words(client.get("/outbox/"))
    assert dispatch_ready(lambda: NOW) == 1
    waiting = client.get("/outbox/?view=waiting")
    assert [turn in " ".join(row) for row in main_of(waiting).rows] == [True, True]
    link = next(link for link in main_of(waiting).links.values() if link.startswith("/outbox/") and "hold" not in link)
    assert turn in words(client.get(link))
    assert "By your own mail service, at most 3 e-mails a minute 2 wait their turn" in words(client.get("/settings/sending/"))
    assert "Some wait for that now." in words(client.get(PAGE))
    client.cookies["django_language"] = "fr"
    page = words(client.get("/outbox/")).replace("\N{NO-BREAK SPACE}", " ")
    assert "Il attend son tour : 3 e-mails par minute partent par la voie d’envoi de votre cabinet." in page


def test_an_employee_has_no_such_page(lumiere: Lumiere, sign_in: SignIn) -> None:
    assert [sign_in(lumiere.emma).get(path).status_code for path in (PAGE, SMTP)] == [403, 403]
