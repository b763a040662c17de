"""Many calls at once, on real transactions: each event is one row, and moves its message once."""

import pytest
from django.db import connection

from notifications.enums import Outcome
from notifications.models import Message
from tenancy.context import firm_context
from tests.factories import START
from tests.parallel import at_once
from tests.people import Lumiere, make_lumiere
from tests.tracking.calls import Mail, postmark, send
from tests.ways.making import api_input, in_use
from tracking.enums import ReportKind
from tracking.keeping import keep_report
from tracking.models import Report
from tracking.places import Place
from tracking.reading import Heard
from ways.enums import Provider
from ways.models import Way

pytestmark = pytest.mark.django_db(transaction=True)
MAIL = Mail("postmark-1", "<abc@mail.example>", "nadia@lefevre.example")
KINDS = ["delivered", "deferred", "bounced"]


@pytest.fixture
def people(transactional_db: None) -> Lumiere:
    return make_lumiere()


def way_and_mail(people: Lumiere, outcome: Outcome = Outcome.SENT) -> Way:
    with firm_context(people.firm.pk):
        Message.objects.create(
            firm=people.firm, message_id=MAIL.our_id, to_email=MAIL.to, language="fr", outcome=outcome, tries=1, fence=1,
            provider_id=MAIL.provider_id, created_at=START, sent_at=START, lease_until=START if outcome == Outcome.SENDING else None,
        )  # fmt: skip
        return in_use(people.firm, api_input(Provider.POSTMARK))


def test_the_same_events_told_by_many_at_once_are_kept_once(people: Lumiere) -> None:
    way = way_and_mail(people)
    calls = [postmark(MAIL, kind, number) for number, kind in enumerate(KINDS)]
    assert set(at_once(*[lambda call=call: send(call, way) for call in calls * 3])) == {200}
    with firm_context(people.firm.pk):
        assert sorted(Report.objects.exclude(applied_at=None).values_list("kind", flat=True)) == sorted(KINDS)
        assert (Report.objects.count(), Message.objects.get().outcome) == (3, Outcome.BOUNCED)


def test_the_answer_waits_for_the_disk(people: Lumiere) -> None:
    """A provider does not tell again what was answered with 200: a crash of PostgreSQL must not take it back."""
    heard = Heard(b"1" * 32, ReportKind.DELIVERED, None, MAIL.our_id, MAIL.provider_id, MAIL.to, "", {})
    with firm_context(people.firm.pk), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
        keep_report(people.firm.pk, Place("postmark", {}, people.firm.pk), heard, START)
        cursor.execute("SHOW synchronous_commit")
        assert (cursor.fetchone(), Report.objects.count()) == (("on",), 1)
