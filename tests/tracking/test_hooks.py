"""What providers report: who is believed, what is kept, and what follows. Each provider's calls as its documentation shows them."""

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from firms.actors import Actor
from firms.enums import FailedTaskKind
from firms.queries import open_failed_tasks
from lib.clock import machine_now
from lib.codes import digest
from lib.redaction import without_secrets
from notifications.enums import Outcome
from notifications.models import Message, Notice, Suppression
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox
from tests.people import Lumiere, Peeters
from tests.story import ask_signature, live
from tests.tracking.calls import MAKERS, SIGNING_KEY, Call, Mail, mailgun, postmark, send
from tests.ways.making import api_input, in_use
from tracking.models import Report, Stray
from tracking.reading import MOST
from tracking.services import drop_old_reports
from tracking.tasks import apply
from ways.enums import Provider
from ways.models import Way
from ways.services import switch_back

PROVIDERS = list(MAKERS)
A_MINUTE = timedelta(minutes=1)
QUERIES = 0  # the secrets, and the report with what follows, are a round trip of prepared statements each


def way_of(lumiere: Lumiere | Peeters, provider: Provider) -> Way:
    with firm_context(lumiere.firm.pk):
        return in_use(lumiere.firm, api_input(provider, signing_key=SIGNING_KEY))


def sent_mail(lumiere: Lumiere, provider: Provider, *, known: bool = True) -> Mail:
    """A notice to Nadia that a provider has taken; without `known` its id for it is not recorded yet."""
    ask_signature(lumiere)
    Notice.objects.filter(verdict="send").update(message=None)
    notice = Notice.objects.get(address=lumiere.nadia_address)
    provider_id = f"<{provider}-1@example>" if provider in (Provider.MAILGUN, Provider.BREVO) else f"{provider}-1"
    message = Message.objects.create(
        firm=lumiere.firm, message_id="<abc@mail.example>", to_email=notice.email, language="fr", outcome=Outcome.SENT, tries=1, fence=1,
        provider_id=provider_id if known else "", created_at=START, sent_at=START,
    )  # fmt: skip
    Notice.objects.filter(pk=notice.pk).update(message=message)
    return Mail(provider_id, message.message_id, notice.email)


def apply_in(time: timedelta) -> int:
    """The tick that comes after so long."""
    with time_machine.travel(machine_now() + time, tick=False):
        return apply()


def outcome() -> str:
    return Message.objects.get().outcome


EXPECTED = {
    "delivered": (Outcome.DELIVERED, set()),
    "deferred": (Outcome.SENT, set()),
    "bounced": (Outcome.BOUNCED, {"no_such_address"}),
    "returned": (Outcome.BOUNCED, set()),
    "complained": (Outcome.COMPLAINED, {"complained"}),
    "unsubscribed": (Outcome.SENT, {"unsubscribed"}),
    "opened": (Outcome.SENT, set()),
}


@pytest.mark.rule("X10")
@pytest.mark.parametrize("kind", EXPECTED)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_event_of_each_provider_has_its_consequence(lumiere: Lumiere, provider: Provider, kind: str) -> None:
    mail, way = sent_mail(lumiere, provider), way_of(lumiere, provider)
    expected, reasons = EXPECTED[kind]
    if (provider, kind) == (Provider.AMAZON_SES, "unsubscribed"):
        reasons = set()  # SES tells of its own contact lists, which nobody here is on
    assert send(MAKERS[provider](mail, kind, 1), way) == 200
    assert (outcome(), set(Suppression.objects.values_list("reason", flat=True))) == (expected, reasons)
    assert Report.objects.count() == (0 if kind == "opened" else 1)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_whoever_does_not_know_the_secret_is_not_believed(lumiere: Lumiere, provider: Provider) -> None:
    mail, way = sent_mail(lumiere, provider), way_of(lumiere, provider)
    call = MAKERS[provider](mail, "bounced", 1)
    assert [send(call, way, secret="guessed"), send(call, way, secret=""), send(call, way, token="a" * 32)] == [403, 403, 404]
    assert (outcome(), Report.objects.count(), Suppression.objects.count()) == (Outcome.SENT, 0, 0)


def test_amazon_is_asked_for_its_password_before_it_sends_it(lumiere: Lumiere) -> None:
    mail, way = sent_mail(lumiere, Provider.AMAZON_SES), way_of(lumiere, Provider.AMAZON_SES)
    call = MAKERS[Provider.AMAZON_SES](mail, "delivered", 1)
    answer = Client().post(f"/hooks/amazon_ses/{way.credentials.hook}/", json.dumps(call.body), "application/json", headers=call.headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"], Report.objects.count()) == (401, 'Basic realm="webhook"', 0)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_replay_changes_nothing(lumiere: Lumiere, provider: Provider) -> None:
    mail, way = sent_mail(lumiere, provider), way_of(lumiere, provider)
    call = MAKERS[provider](mail, "bounced", 1)
    assert [send(call, way) for _ in range(3)] == [200] * 3
    Suppression.objects.update(lifted_at=START + timedelta(days=1))
    send(call, way)
    assert (Report.objects.count(), Suppression.objects.filter(lifted_at=None).count()) == (1, 0)


def test_a_signature_of_mailgun_vouches_for_one_event_alone(lumiere: Lumiere) -> None:
    """It covers a time and a token, not what is told: whoever has seen one could tell anything with it."""
    mail, way = sent_mail(lumiere, Provider.MAILGUN), way_of(lumiere, Provider.MAILGUN)
    send(mailgun(mail, "delivered", 1), way)
    send(mailgun(mail, "bounced", 1), way)
    assert (outcome(), Report.objects.count()) == (Outcome.DELIVERED, 1)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_late_delivered_after_a_bounce_changes_nothing(lumiere: Lumiere, provider: Provider) -> None:
    mail, way = sent_mail(lumiere, provider), way_of(lumiere, provider)
    for number, kind in enumerate(["bounced", "delivered", "deferred"]):
        send(MAKERS[provider](mail, kind, number), way)
    assert (outcome(), Report.objects.filter(applied_at=None).count()) == (Outcome.BOUNCED, 0)


def test_an_event_that_nobody_has_seen_yet_is_kept_as_it_came(lumiere: Lumiere) -> None:
    way, odd = way_of(lumiere, Provider.POSTMARK), [{"RecordType": "Teleported"}, {"RecordType": "Bounce", "Metadata": 7, "x": "\0\ud800"}]
    assert [send(Call(Provider.POSTMARK, body), way) for body in [*odd, ["a list"]]] == [200] * 3
    assert list(Report.objects.order_by("pk").values_list("kind", flat=True)) == ["unknown"] * 3
    assert Report.objects.order_by("pk")[0].raw == odd[0]


def test_what_is_no_event_or_too_much_is_refused(lumiere: Lumiere) -> None:
    way = way_of(lumiere, Provider.MAILGUN)
    path = f"/hooks/mailgun/{way.credentials.hook}/"
    bodies = ["", "no json", "[" * 100_000, "{}", "x" * (MOST + 1)]
    answers = [Client().post(path, body, content_type="application/json").status_code for body in bodies]
    assert (answers, Client().get(path).status_code, Client().head(path).status_code) == ([403, 403, 400, 403, 413], 405, 200)


def test_mailgun_without_a_key_is_believed_nothing(lumiere: Lumiere) -> None:
    """Anybody can sign with an empty one."""
    mail = sent_mail(lumiere, Provider.MAILGUN)
    with firm_context(lumiere.firm.pk):
        way = in_use(lumiere.firm, api_input(Provider.MAILGUN, signing_key=""))
    assert send(mailgun(mail, "bounced", 1), way, secret="") == 404
    assert Report.objects.count() == 0


def test_another_firm_s_webhook_moves_nothing_here(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        mail = sent_mail(lumiere, Provider.POSTMARK)
    theirs = way_of(peeters, Provider.POSTMARK)
    assert send(postmark(mail, "bounced", 1), theirs) == 200
    with firm_context(lumiere.firm.pk):
        assert (outcome(), Suppression.objects.count(), Report.objects.count()) == (Outcome.SENT, 0, 0)
    with firm_context(peeters.firm.pk):
        assert Report.objects.get().message is None


def test_a_way_hears_by_its_own_address_alone(lumiere: Lumiere) -> None:
    mail, way = sent_mail(lumiere, Provider.POSTMARK), way_of(lumiere, Provider.POSTMARK)
    call = MAKERS[Provider.BREVO](mail, "bounced", 1)
    assert (send(call, way), Report.objects.count()) == (404, 0)


def test_a_way_that_was_left_hears_on(lumiere: Lumiere) -> None:
    mail, way = sent_mail(lumiere, Provider.POSTMARK), way_of(lumiere, Provider.POSTMARK)
    switch_back(firm=lumiere.firm, by=Actor.system(), now=START)
    assert (send(postmark(mail, "bounced", 1), way), outcome()) == (200, Outcome.BOUNCED)


def test_a_report_that_overtakes_its_message_is_applied_once_that_is_known(lumiere: Lumiere) -> None:
    mail, way = sent_mail(lumiere, Provider.BREVO, known=False), way_of(lumiere, Provider.BREVO)
    early = Mail(mail.provider_id, "", mail.to)
    send(MAKERS[Provider.BREVO](early, "delivered", 1), way)
    assert (apply(), outcome()) == (0, Outcome.SENT)
    Message.objects.update(provider_id=mail.provider_id)
    assert (apply(), outcome()) == (0, Outcome.SENT)  # it was looked at this minute
    assert (apply_in(A_MINUTE), outcome(), apply_in(2 * A_MINUTE)) == (1, Outcome.DELIVERED, 0)


def test_a_report_waits_for_the_record_of_a_message_that_is_on_its_way(lumiere: Lumiere) -> None:
    mail, way = sent_mail(lumiere, Provider.BREVO), way_of(lumiere, Provider.BREVO)
    Message.objects.update(outcome=Outcome.SENDING, lease_until=START)
    send(MAKERS[Provider.BREVO](mail, "delivered", 1), way)
    assert (outcome(), Report.objects.get().applied_at) == (Outcome.SENDING, None)
    Message.objects.update(outcome=Outcome.SENT, lease_until=None)
    assert (apply(), outcome()) == (1, Outcome.DELIVERED)


def test_that_it_arrived_settles_a_doubt_and_keeps_a_second_copy_here(lumiere: Lumiere, mailbox: Mailbox) -> None:
    mail, way = sent_mail(lumiere, Provider.BREVO, known=False), way_of(lumiere, Provider.BREVO)
    Message.objects.update(outcome=Outcome.WAITING, in_doubt=True, next_try_at=START)
    send(MAKERS[Provider.BREVO](mail, "delivered", 1), way)
    live(START + timedelta(minutes=1))
    assert (outcome(), mail.to in mailbox.addresses) == (Outcome.DELIVERED, False)


def test_an_address_that_was_heard_once_is_nobody_s_when_its_way_has_another(lumiere: Lumiere) -> None:
    mail, way = sent_mail(lumiere, Provider.POSTMARK), way_of(lumiere, Provider.POSTMARK)
    assert send(postmark(mail, "deferred", 1), way) == 200
    before, way.sealed = way.credentials, replace(way.credentials, hook="another").sealed()
    way.hook_digest = digest("another")
    way.save()
    told = [send(postmark(mail, "bounced", 2), way, token=token) for token in (before.hook, "another")]
    assert (told, outcome()) == ([404, 200], Outcome.BOUNCED)


def test_what_comes_back_for_now_is_a_task_and_leaves_the_address_alone(lumiere: Lumiere) -> None:
    mail, way = sent_mail(lumiere, Provider.AMAZON_SES), way_of(lumiere, Provider.AMAZON_SES)
    send(MAKERS[Provider.AMAZON_SES](mail, "returned", 1), way)
    (task,) = open_failed_tasks(lumiere.firm)
    assert (task.kind, task.subject, Suppression.objects.count()) == (FailedTaskKind.NOT_SENT, mail.to, 0)


def test_a_call_costs_the_same_whatever_was_told_before(lumiere: Lumiere, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    mail, way = sent_mail(lumiere, Provider.POSTMARK), way_of(lumiere, Provider.POSTMARK)
    client = Client()
    send(postmark(mail, "deferred", 9), way, client=client)
    for number in range(3):
        with django_assert_num_queries(QUERIES):
            send(postmark(mail, "deferred", number), way, client=client)


def subscription(url: str) -> Call:
    told = {
        "Type": "SubscriptionConfirmation",
        "MessageId": "sns-1",
        "TopicArn": "arn:aws:sns:eu-west-3:1:x",
        "Token": "t",
        "SubscribeURL": url,
    }
    return Call(Provider.AMAZON_SES, told, {"x-amz-sns-message-type": told["Type"], "x-amz-sns-message-id": "sns-1"})


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription",
        "https://sns.eu-west-3.amazonaws.com.evil.example/",
        "https://evil.example/sns.eu-west-3.amazonaws.com",
        "https://x@127.0.0.1:8000/",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_subscription_is_confirmed_at_amazon_and_nowhere_else(lumiere: Lumiere, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    visited = list[str]()
    monkeypatch.setattr("requests.sessions.Session.request", lambda self, method, url, **options: visited.append(url))
    assert (send(subscription(url), way_of(lumiere, Provider.AMAZON_SES)), visited) == (403, [])


def test_whoever_subscribes_without_the_password_is_not_followed(lumiere: Lumiere, monkeypatch: pytest.MonkeyPatch) -> None:
    visited = list[str]()
    monkeypatch.setattr("requests.sessions.Session.request", lambda self, method, url, **options: visited.append(url))
    good = "https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    way = way_of(lumiere, Provider.AMAZON_SES)
    assert (send(subscription(good), way, secret="guessed"), visited) == (403, [])


def test_what_was_reported_is_kept_as_long_as_the_e_mail_and_a_replay_is_known_for_ever(lumiere: Lumiere) -> None:
    mail, way = sent_mail(lumiere, Provider.POSTMARK), way_of(lumiere, Provider.POSTMARK)
    send(postmark(mail, "bounced", 1), way)
    received = Report.objects.get().received_at
    kept = [drop_old_reports(firm=lumiere.firm, now=received + timedelta(days=30 * months)) for months in (1, 60, 61)]
    report = Report.objects.get()
    assert (kept, report.raw, report.recipient, report.detail, report.kind) == ([0, 1, 0], {}, "", "", "bounced")
    send(postmark(mail, "bounced", 1), way)
    assert Report.objects.count() == 1


# --- The deployment's own provider ---------------------------------------------------------------------------------------


def test_the_deployment_s_provider_finds_the_firm_by_its_e_mail(
    two_firms: tuple[Lumiere, Peeters], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    lumiere, peeters = two_firms
    settings.ANYMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    with firm_context(lumiere.firm.pk):
        mail = sent_mail(lumiere, Provider.POSTMARK)
    assert post_to(printed_url(capsys), postmark(mail, "bounced", 1)) == 200
    with firm_context(lumiere.firm.pk):
        assert (outcome(), Report.objects.get().way) == (Outcome.BOUNCED, None)
    with firm_context(peeters.firm.pk):
        assert Report.objects.count() == 0


def test_what_is_of_no_e_mail_of_ours_is_kept_aside_until_it_is(
    lumiere: Lumiere, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ANYMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    mail = sent_mail(lumiere, Provider.POSTMARK, known=False)
    url, early = printed_url(capsys), Mail(mail.provider_id, "", mail.to)
    assert [post_to(url, postmark(early, "delivered", 1)) for _ in range(2)] == [200, 200]
    assert (Stray.objects.count(), Report.objects.count(), apply()) == (1, 0, 0)
    Message.objects.update(provider_id=mail.provider_id)
    assert (apply_in(A_MINUTE), Stray.objects.count(), outcome()) == (1, 0, Outcome.DELIVERED)


def test_the_deployment_s_address_wants_its_password(lumiere: Lumiere, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.ANYMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    mail = sent_mail(lumiere, Provider.POSTMARK)
    url = printed_url(capsys)
    assert [post_to(url, postmark(mail, "bounced", 1), secret="guessed"), outcome()] == [403, Outcome.SENT]
    settings.ANYMAIL_BACKEND = ""
    assert post_to(url, postmark(mail, "bounced", 1)) == 404
    with pytest.raises(CommandError):
        call_command("webhook_url")


def test_the_deployment_s_mailgun_is_believed_by_its_signature(
    lumiere: Lumiere, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ANYMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY}
    call, path = mailgun(sent_mail(lumiere, Provider.MAILGUN), "bounced", 1), urlsplit(printed_url(capsys)).path
    answers = [Client().post(path, call.made_with(key)[0], content_type="application/json").status_code for key in ("guessed", SIGNING_KEY)]
    assert (answers, outcome()) == ([403, 200], Outcome.BOUNCED)


def printed_url(capsys: pytest.CaptureFixture[str]) -> str:
    call_command("webhook_url")
    return capsys.readouterr().out.strip()


def post_to(url: str, call: Call, *, secret: str | None = None) -> int:
    signed_in, _, place = url.partition("://")[2].partition("@")
    body, headers = call.made_with(signed_in.partition(":")[2] if secret is None else secret)
    return Client().post(f"/{place.partition('/')[2]}", body, content_type="application/json", headers=headers).status_code


def test_logs_hold_no_address_of_a_webhook(lumiere: Lumiere) -> None:
    way = way_of(lumiere, Provider.POSTMARK)
    assert way.credentials.hook not in without_secrets(f"POST /hooks/postmark/{way.credentials.hook}/ 403")
