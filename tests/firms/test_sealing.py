"""Digests of lines and seals: the same before saving and after reading, another for every other word."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firms import services
from firms.actors import Actor
from firms.enums import ActorKind, Verb
from firms.models import ActivityLine, Firm
from firms.sealing import BEFORE_THE_FIRST, content_of_line, digest_of_line, digest_of_seal
from firms.services import activity_line, create_firm, write_lines
from tenancy.context import firm_context
from tests.factories import START

CLAIRE = Actor(ActorKind.STAFF, "Claire Moreau", staff_id=7, ip="192.0.2.7")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@pytest.fixture
def firm(db: None) -> Iterator[Firm]:
    """Entered."""
    firm = create_firm(name="Cabinet Lumière", owner_name="Claire", owner_email="claire@lumiere.example", owner_password=None, now=START)
    with firm_context(firm.pk):
        yield firm


def line_of(firm: Firm, *, by: Actor = CLAIRE, now: datetime = START, **about: Any) -> ActivityLine:
    return activity_line(firm=firm, by=by, verb=Verb.FIRM_CHANGED, now=now, **about)


def read_back(line: ActivityLine) -> ActivityLine:
    line.save(force_insert=True)
    return ActivityLine.objects.get(pk=line.pk)


def test_what_is_digested_is_written_down() -> None:
    """Byte for byte: a log that was sealed must be verifiable for as long as it is kept."""
    line = ActivityLine(
        firm_id=3, at=START, verb=Verb.FIRM_CHANGED, actor_kind=ActorKind.STAFF, actor_name="Zoé", staff_id=7, ip="192.0.2.7",
        detail="Nom", old="A", new="“B”", salt=bytes(16),
    )  # fmt: skip
    assert content_of_line(line) == (
        '{"account":null,"action":null,"actor_kind":"staff","actor_name":"Zoé","at":"2026-11-02T09:00:00.000000+00:00","contact":null,'
        '"detail":"Nom","firm":3,"ip":"c0000207","new":"“B”","old":"A","staff":7,"subject":"","verb":"firm_changed"}'
    ).encode()  # fmt: skip
    assert digest_of_line(line).hex() == "9d33195d724a8035bba21fbf90d79214a0bca4785f5315eab7b2405471278c2e"
    assert (
        digest_of_seal(BEFORE_THE_FIRST, 1, START, [(12, bytes(32)), (15, bytes(32))]).hex()
        == "6f04a5d80edfa78105e2748742d5538b7806e615f92a940cec0ff4b91be824b1"
    )


@pytest.mark.rule("X21")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
    texts=st.fixed_dictionaries(dict.fromkeys(("subject", "detail", "old", "new"), TEXT)),
    name=TEXT,
    ip=st.none() | st.ip_addresses().map(str),
)
def test_a_line_has_the_same_digest_once_it_is_read(firm: Firm, at: datetime, texts: dict[str, Any], name: str, ip: str) -> None:
    read = read_back(line_of(firm, by=replace(CLAIRE, name=name, ip=ip), now=at, **texts))
    assert read.digest == digest_of_line(read)


@pytest.mark.parametrize("ip", ["::ffff:192.0.2.7", "::FFFF:c000:0207", "2001:DB8::0:1", "2001:0db8:0:0:0:0:0:1", "::", "10.0.0.1"])
def test_an_address_counts_as_it_is_however_it_is_spelled(firm: Firm, ip: str) -> None:
    read = read_back(line_of(firm, by=replace(CLAIRE, ip=ip)))
    assert read.digest == digest_of_line(read)


def test_an_hour_counts_in_whatever_zone_it_is_told(firm: Firm) -> None:
    at = datetime(2026, 11, 3, 14, 2, 5, 123456, tzinfo=timezone(timedelta(hours=1)))
    read = read_back(line_of(firm, now=at))
    assert (read.at, read.digest) == (at, digest_of_line(read))


def test_texts_are_cut_before_they_are_digested(firm: Firm) -> None:
    long: dict[str, Any] = dict.fromkeys(("subject", "detail", "old", "new"), "é" * 600)
    read = read_back(line_of(firm, by=replace(CLAIRE, name="é" * 200), **long))
    assert (len(read.actor_name), len(read.subject), len(read.new), read.digest) == (160, 300, 500, digest_of_line(read))


@pytest.mark.parametrize("subjects", [["Mandat"], ["Mandat", "Mandat"], ["Mandat", "100 % \\ “été”\n{}", ""]])
def test_lines_that_are_written_together_are_as_those_that_are_written_alone(firm: Firm, subjects: list[str]) -> None:
    last = ActivityLine.objects.latest("pk").pk
    write_lines(
        [services.line_of(firm=firm, by=CLAIRE, verb=Verb.ACTION_REMINDED, now=START, subject=each, action_id=7) for each in subjects]
    )
    read = ActivityLine.objects.filter(pk__gt=last).order_by("pk")
    assert [(line.subject, line.ip, line.at, line.seal_id, line.digest) for line in read] == [
        (subject, CLAIRE.ip, START, None, digest_of_line(line)) for subject, line in zip(subjects, read, strict=True)
    ]


OTHER: dict[str, object] = {
    "firm_id": 4, "at": START + timedelta(microseconds=1), "verb": "firm_created", "actor_kind": "system", "actor_name": "Claire",
    "staff_id": 8, "contact_id": 1, "account_id": 1, "action_id": 1, "subject": "x", "detail": "x", "old": "x", "new": "x", "ip": None,
    "salt": bytes(16),
}  # fmt: skip


@pytest.mark.parametrize("column", OTHER)
def test_another_value_in_any_column_gives_another_digest(firm: Firm, column: str) -> None:
    line = line_of(firm)
    setattr(line, column, OTHER[column])
    assert digest_of_line(line) != line.digest


def test_every_column_but_number_digest_and_seal_is_digested() -> None:
    columns = {field.attname for field in ActivityLine._meta.concrete_fields}
    assert columns - set(OTHER) == {"id", "digest", "seal_id"}


def test_words_that_move_from_one_column_to_the_next_give_another_digest(firm: Firm) -> None:
    one, other = line_of(firm, old="ab", new="c"), line_of(firm, old="a", new="bc")
    other.salt = one.salt
    assert digest_of_line(one) != digest_of_line(other)


def test_the_same_line_twice_has_two_salts(firm: Firm) -> None:
    one, other = line_of(firm), line_of(firm)
    assert one.salt != other.salt
    assert one.digest != other.digest
