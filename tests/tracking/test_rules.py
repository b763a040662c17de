"""What a provider's event means: whose address it silences."""

from collections.abc import Mapping

import pytest

from tracking.enums import ReportKind
from tracking.rules import kind_of


def of_mailgun(reason: str, told: Mapping[str, object], severity: str = "permanent") -> ReportKind:
    event = {"event": "failed", "severity": severity, "reason": reason, "delivery-status": told}
    return kind_of("Mailgun", "bounced", None, {"event-data": event})


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("bounce", {"code": 550, "message": "5.1.1 The account that you tried to reach does not exist"}),
        ("bounce", {"code": 550, "message": "No such user"}),
        ("bounce", {"code": 550, "bounce-code": "5.1.1", "message": "smtp; 550 Refused"}),
        ("suppress-bounce", {"code": 605, "message": "Not delivering to previously bounced address"}),
    ],
)
def test_mailgun_s_bounce_is_of_the_address(reason: str, told: Mapping[str, object]) -> None:
    assert of_mailgun(reason, told) == ReportKind.BOUNCED


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("old", {"code": 602, "message": "Too old"}),
        ("generic", {"code": 498, "message": "No MX for lefevre.example"}),
        ("bounce", {"code": 550, "message": "5.7.1 Message rejected due to local policy"}),
        ("bounce", {"code": 550, "enhanced-code": "5.7.26", "message": "Unauthenticated"}),
        ("bounce", {"code": 550, "message": "Blocked by zen.spamhaus.org"}),
        ("suppress-complaint", {"code": 607, "message": "Not delivering to a user who marked your messages as spam"}),
    ],
)
def test_what_mailgun_gave_up_or_a_server_has_blocked_silences_nobody(reason: str, told: Mapping[str, object]) -> None:
    assert of_mailgun(reason, told) == ReportKind.RETURNED


def test_what_mailgun_still_tries_is_no_bounce_for_good() -> None:
    assert of_mailgun("bounce", {"code": 550, "message": "5.1.1 No such user"}, "temporary") == ReportKind.RETURNED
