"""`manage.py verify_log`, after somebody has altered rows as their owner: who else could?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from firms import verifying
from firms.actors import Actor
from firms.enums import Verb
from firms.models import ActivityLine, Firm, LogSeal
from firms.seals import seal_lines
from firms.services import activity_line, create_firm, write_activity
from tenancy.context import firm_context
from tests.database import owner_of_clone
from tests.factories import START

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("X21")]
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Log:
    """A firm whose log has three seals of two lines each; `lines` and `seals` are their ids, by their number from 1."""

    firm: Firm
    lines: list[int]
    seals: list[int]


def tell(firm: Firm, *details: str) -> None:
    with firm_context(firm.pk):
        for detail in details:
            write_activity(firm=firm, by=Actor.system(), verb=Verb.FIRM_CHANGED, now=START, detail=detail, old="a", new="b")


def make_log(name: str, email: str) -> Log:
    firm = create_firm(name=name, owner_name="Claire Moreau", owner_email=email, owner_password=None, now=START)
    for number, details in enumerate((["Name"], ["Colour", "Logo"], ["Region", "Language"])):
        tell(firm, *details)
        seal_lines(firm.pk, START + number * MINUTE)
    with firm_context(firm.pk):
        lines = ActivityLine.objects.order_by("pk").values_list("pk", flat=True)
        return Log(firm, [0, *lines], [0, *LogSeal.objects.order_by("number").values_list("pk", flat=True)])


@pytest.fixture
def log(transactional_db: None) -> Log:
    return make_log("Cabinet Lumière", "claire@lumiere.example")


def alter(statement: str, *values: object) -> None:
    """As the owner of the tables, whom no grant holds back."""
    with owner_of_clone() as owner:
        owner.execute(statement.encode(), values)


def verify(*options: str) -> list[str]:
    """What is printed; the last line is the verdict, wherever it is printed."""
    out = StringIO()
    try:
        call_command("verify_log", *options, stdout=out)
    except CommandError as error:
        assert error.returncode == 1
        return [*out.getvalue().splitlines(), str(error)]
    return out.getvalue().splitlines()


def head_of(log: Log, number: int = 3) -> str:
    with firm_context(log.firm.pk):
        return LogSeal.objects.get(number=number).digest.hex()


def found() -> list[str]:
    """What is wrong or told of the only firm."""
    _firm, *findings, _counts, _head, _verdict = verify()
    return [finding.removeprefix("  ") for finding in findings]


def now_says(log: Log, number: int, words: str) -> str:
    return f"Line {log.lines[number]} of 2026-11-02 09:00:00 UTC now says: “Relance changed the setting {words} (“a” → “b”)”."


def test_an_untouched_log_passes_and_shows_its_head(log: Log) -> None:
    tell(log.firm, "E-mail")
    assert verify() == [
        f"{log.firm.code} Cabinet Lumière",
        "  Right: 6 lines in 3 seals. Waiting for a seal: 1. From before the log was sealed: 0.",
        f"  Head: seal 3, {head_of(log)}",
        "Nothing was altered.",
    ]


def test_a_log_that_was_never_sealed_passes(transactional_db: None) -> None:
    create_firm(name="Cabinet Lumière", owner_name="Claire", owner_email="claire@lumiere.example", owner_password=None, now=START)
    assert verify()[1:] == [
        "  Right: 0 lines in 0 seals. Waiting for a seal: 1. From before the log was sealed: 0.",
        "  Head: no seal so far",
        "Nothing was altered.",
    ]


COLUMNS = {
    "at": "at + interval '1 microsecond'", "verb": "'firm_created'", "actor_kind": "'staff'", "actor_name": "'Amir'", "staff_id": "1",
    "contact_id": "1", "account_id": "1", "action_id": "1", "subject": "'x'", "detail": "'x'", "old": "'x'", "new": "''",
    "ip": "'192.0.2.7'", "salt": "decode(repeat('00', 16), 'hex')", "digest": "decode(repeat('00', 32), 'hex')",
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_an_altered_line_is_named_whatever_was_altered(log: Log, column: str) -> None:
    alter(f"UPDATE firms_activityline SET {column} = {COLUMNS[column]} WHERE id = %s", log.lines[4])
    (finding,) = found()
    assert finding.startswith(f"Line {log.lines[4]} of 2026-11-02 09:00:00 UTC now says: ")
    assert finding.endswith(" It was altered.")


def test_an_altered_line_is_named_with_what_it_says_now_and_the_command_fails(log: Log) -> None:
    alter("UPDATE firms_activityline SET new = 'b', detail = 'nothing' || chr(27) || '[2J' WHERE id = %s", log.lines[4])
    said = now_says(log, 4, "nothing�[2J")
    assert verify()[1:] == [
        f"  {said} It was altered.",
        "  Right: 5 lines in 3 seals. Waiting for a seal: 0. From before the log was sealed: 0.",
        f"  Head: seal 3, {head_of(log)}",
        "1 thing is wrong; it is named above.",
    ]


def test_what_no_version_of_the_product_writes_is_named_too(log: Log) -> None:
    alter("UPDATE firms_activityline SET verb = 'robbed', ip = '192.0.2.0/24' WHERE id = %s", log.lines[4])
    said = f"Line {log.lines[4]} of 2026-11-02 09:00:00 UTC now says: “Relance robbed  Logo (“a” → “b”)”."
    assert found() == [f"{said} It was altered."]


def test_a_line_altered_together_with_its_digest_is_found_by_its_seal(log: Log) -> None:
    with firm_context(log.firm.pk):
        forged = activity_line(firm=log.firm, by=Actor.system(), verb=Verb.FIRM_CHANGED, now=START, detail="Forged")
    alter(
        "UPDATE firms_activityline SET detail = 'Forged', old = '', new = '', salt = %s, digest = %s WHERE id = %s",
        forged.salt, forged.digest, log.lines[4],
    )  # fmt: skip
    assert found() == [
        f"Seal 2 of 2026-11-02 09:01:00 UTC does not follow from the seal before it and its lines (2, {log.lines[3]} to {log.lines[4]}): "
        "it was altered, or one of these together with its digest."
    ]


def test_a_salt_or_digest_that_was_taken_away_is_named(log: Log) -> None:
    alter("UPDATE firms_activityline SET salt = NULL WHERE id = %s", log.lines[3])
    alter("UPDATE firms_activityline SET digest = NULL WHERE id = %s", log.lines[5])
    why = "It was altered: what could prove its words was taken away."
    seal = "Seal 3 of 2026-11-02 09:02:00 UTC does not follow from the seal before it and its lines"
    one, other, *rest = found()
    assert (one, other, rest) == (f"{now_says(log, 3, 'Colour')} {why}", f"{now_says(log, 5, 'Region')} {why}", [])
    assert seal not in " ".join(found())


def test_a_line_that_was_blanked_is_altered_even_where_nothing_is_left_of_it(log: Log) -> None:
    alter(
        "UPDATE firms_activityline SET salt = NULL, actor_name = '', detail = '', old = '', new = '', verb = 'sample_sent', staff_id = 1 "
        "WHERE id = %s",
        log.lines[4],
    )
    assert verify()[1:] == [
        f"  Line {log.lines[4]} of 2026-11-02 09:00:00 UTC now says: “ sent a sample of the e-mail “” to ”. "
        "It was altered: what could prove its words was taken away.",
        "  Right: 5 lines in 3 seals. Waiting for a seal: 0. From before the log was sealed: 0.",
        f"  Head: seal 3, {head_of(log)}",
        "1 thing is wrong; it is named above.",
    ]


def test_a_deleted_line_is_named_with_the_hour_of_its_seal(log: Log) -> None:
    alter("DELETE FROM firms_activityline WHERE id = %s", log.lines[4])
    assert found() == [f"Line {log.lines[4]} is missing: it was sealed at 2026-11-02 09:01:00 UTC, in seal 2."]


def test_a_line_put_into_an_earlier_seal_is_named(log: Log) -> None:
    tell(log.firm, "Forged")
    with firm_context(log.firm.pk):
        forged = ActivityLine.objects.latest("pk").pk
    alter("UPDATE firms_activityline SET seal_id = %s WHERE id = %s", log.seals[1], forged)
    assert found() == [
        f"Line {forged} of 2026-11-02 09:00:00 UTC now says: “Relance changed the setting Forged (“a” → “b”)”. "
        "It was put into seal 1 after that was set."
    ]


def test_a_line_moved_from_seal_to_seal_is_named_at_both(log: Log) -> None:
    alter("UPDATE firms_activityline SET seal_id = %s WHERE id = %s", log.seals[3], log.lines[2])
    said = now_says(log, 2, "Name")
    assert found() == [f"{said} It was put into seal 3 after that was set.", f"{said} It belongs to seal 1 and was taken out of it."]


def test_a_line_taken_out_of_its_seal_stays_named_when_it_is_sealed_again(log: Log) -> None:
    alter("UPDATE firms_activityline SET seal_id = NULL WHERE id = %s", log.lines[2])
    assert seal_lines(log.firm.pk, START + 9 * MINUTE) == 1
    assert found() == [f"{now_says(log, 2, 'Name')} It belongs to seal 1 and was taken out of it."]


def test_a_line_written_past_the_product_is_named(log: Log) -> None:
    alter(
        "INSERT INTO firms_activityline (firm_id, at, verb, actor_kind, actor_name, subject, detail, old, new) "
        "VALUES (%s, '2026-11-02 09:00Z', 'firm_changed', 'system', 'Relance', '', 'Forged', 'a', 'b')",
        log.firm.pk,
    )
    (finding,) = found()
    assert finding.endswith("now says: “Relance changed the setting Forged (“a” → “b”)”. It has no digest: it was not written by Relance.")


def write_bare(firm: Firm, pk: int) -> None:
    """As somebody would who leaves the digest away; `pk` may be one that was never used."""
    alter(
        "INSERT INTO firms_activityline (id, firm_id, at, verb, actor_kind, actor_name, subject, detail, old, new) "
        "VALUES (%s, %s, '2026-11-02 09:00Z', 'firm_changed', 'system', 'Relance', '', 'Forged', 'a', 'b')",
        pk,
        firm.pk,
    )


def test_lines_from_before_the_log_was_sealed_are_counted(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "LINES", 1)
    firm = create_firm(name="Cabinet Lumière", owner_name="Claire", owner_email="claire@lumiere.example", owner_password=None, now=START)
    alter("UPDATE firms_activityline SET salt = NULL, digest = NULL")
    tell(firm, "Name")
    seal_lines(firm.pk, START)
    for pk in (-5, 10**9, 10**9 + 1):
        write_bare(firm, pk)
    assert [line.partition(" of ")[0].strip() for line in verify()[1:4]] == [
        f"Line {10**9}",
        f"Line {10**9 + 1}",
        "Right: 1 lines in 1 seals. Waiting for a seal: 0. From before the log was sealed: 2.",
    ]


def test_no_line_is_from_before_where_the_firm_itself_was_created_with_a_digest(log: Log) -> None:
    write_bare(log.firm, -5)
    (finding,) = found()
    assert finding.startswith("Line -5 of 2026-11-02 09:00:00 UTC now says: ")
    assert finding.endswith("It has no digest: it was not written by Relance.")


# --- When a line says that it was written ---------------------------------------------------------------------------------

DAY = timedelta(days=1)


def tell_as_of(firm: Firm, at: datetime) -> int:
    with firm_context(firm.pk):
        write_activity(firm=firm, by=Actor.system(), verb=Verb.FIRM_CHANGED, now=at, detail="Late", old="a", new="b")
        return ActivityLine.objects.latest("pk").pk


def test_a_line_that_says_to_be_older_than_the_seal_before_its_own_is_named(log: Log) -> None:
    pk = tell_as_of(log.firm, START - 60 * DAY)
    seal_lines(log.firm.pk, START + 3 * MINUTE)
    assert verify()[2] == "  Right: 6 lines in 4 seals. Waiting for a seal: 0. From before the log was sealed: 0."
    assert found() == [
        f"Line {pk} of 2026-09-03 09:00:00 UTC now says: “Relance changed the setting Late (“a” → “b”)”. "
        "It was written later: it was not there yet at 2026-11-02 09:02:00 UTC, when the seal before its own was set."
    ]


def test_a_line_from_after_its_seal_is_named(log: Log) -> None:
    tell_as_of(log.firm, START + 2 * DAY)
    seal_lines(log.firm.pk, START + 3 * MINUTE)
    (finding,) = found()
    assert finding.endswith(" That is after it was sealed.")


def test_lines_that_waited_for_days_are_told_and_not_wrong(log: Log) -> None:
    pk = tell_as_of(log.firm, START + DAY)
    seal_lines(log.firm.pk, START + 9 * DAY)
    assert found() == [
        f"Seal 4 of 2026-11-11 09:00:00 UTC holds lines of more than a day before (1, {pk} to {pk}): sealing stood still, "
        "or they were written later than they say."
    ]
    assert verify()[-1] == "Nothing was altered."


def test_what_a_long_transaction_or_another_clock_explains_is_neither(log: Log) -> None:
    tell_as_of(log.firm, START - DAY / 2)
    tell_as_of(log.firm, START + DAY / 2)
    seal_lines(log.firm.pk, START + 3 * MINUTE)
    assert found() == []


def test_where_a_demo_moves_the_clock_no_instants_are_compared(log: Log, settings: Settings, tmp_path: Path) -> None:
    settings.CLOCK_OFFSET_FILE = tmp_path / "clock-offset"
    tell_as_of(log.firm, START + 30 * DAY)
    seal_lines(log.firm.pk, START + 3 * MINUTE)
    assert found() == []


def test_a_line_altered_while_it_waits_is_named(log: Log) -> None:
    tell(log.firm, "E-mail")
    alter("UPDATE firms_activityline SET detail = 'Forged' WHERE seal_id IS NULL")
    (finding,) = found()
    assert finding.endswith("now says: “Relance changed the setting Forged (“a” → “b”)”. It was altered.")


SEAL_CHANGES = (
    "digest = decode(repeat('00', 32), 'hex')",
    "sealed_at = sealed_at + interval '1 hour'",
    "line_ids = line_ids[2:2] || line_ids[1:1]",
)


@pytest.mark.parametrize("change", SEAL_CHANGES)
def test_an_altered_seal_is_named(log: Log, change: str) -> None:
    alter(f"UPDATE firms_logseal SET {change} WHERE id = %s", log.seals[2])
    assert found()[0].startswith("Seal 2 of 2026-11-02 ")


def test_seals_that_changed_places_are_named(log: Log) -> None:
    alter("UPDATE firms_logseal SET number = 9 WHERE id = %s", log.seals[2])
    alter("UPDATE firms_logseal SET number = 2 WHERE id = %s", log.seals[3])
    alter("UPDATE firms_logseal SET number = 3 WHERE id = %s", log.seals[2])
    assert [finding[:7] for finding in found()] == ["Seal 2 ", "Seal 3 "]


def test_a_seal_cut_out_of_the_middle_is_missing(log: Log) -> None:
    alter("UPDATE firms_activityline SET seal_id = NULL WHERE seal_id = %s", log.seals[2])
    alter("DELETE FROM firms_logseal WHERE id = %s", log.seals[2])
    assert found() == ["Seal 2 is missing."]


def test_an_end_that_was_cut_off_is_found_by_a_head_kept_elsewhere(log: Log) -> None:
    kept, earlier = head_of(log, 3), head_of(log, 2)
    alter("DELETE FROM firms_activityline WHERE seal_id = %s", log.seals[3])
    alter("DELETE FROM firms_logseal WHERE id = %s", log.seals[3])
    assert verify()[-1] == "Nothing was altered."
    assert verify("--firm", log.firm.code, "--expect", earlier)[-1] == "Nothing was altered."
    assert verify("--firm", log.firm.code, "--expect", kept)[1] == (
        "  The kept digest is no seal of this log: its end was cut off, or the whole chain was written anew."
    )


def test_a_head_stays_on_the_chain_however_much_is_written_after_it(log: Log) -> None:
    kept = head_of(log)
    tell(log.firm, "E-mail")
    seal_lines(log.firm.pk, START + 9 * MINUTE)
    assert verify("--firm", log.firm.code, "--expect", kept.upper())[-1] == "Nothing was altered."


def test_the_trouble_of_one_firm_is_not_anothers(log: Log) -> None:
    other = make_log("Kantoor Peeters", "wim@peeters.example")
    alter("UPDATE firms_activityline SET detail = 'Forged' WHERE id = %s", log.lines[4])
    alter("DELETE FROM firms_activityline WHERE id = %s", log.lines[2])
    assert verify("--firm", other.firm.code)[-1] == "Nothing was altered."
    everything = verify()
    assert everything[everything.index(f"{other.firm.code} Kantoor Peeters") + 1].startswith("  Right: 6 lines in 3 seals.")
    assert everything[-1] == "2 things are wrong; each is named above."


def test_the_walk_reads_part_by_part(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "SEALS", 2)
    monkeypatch.setattr(verifying, "LINES", 1)
    tell(log.firm, "E-mail", "Phone")
    assert [len(group) for group in verifying.groups_of_seals(log.firm)] == [1, 1, 1]
    assert verify()[1:2] == ["  Right: 6 lines in 3 seals. Waiting for a seal: 2. From before the log was sealed: 0."]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--firm", "NOBODY"], "There is no firm 'NOBODY'; without --firm each firm is checked, and its code is printed."),
        (["--expect", "00" * 32], "Each firm has a head of its own: say with --firm whose this is."),
        (["--firm", "X", "--expect", "abc"], "A digest has 64 signs of 0-9 and a-f; copy the whole of it from the line “Head”."),
    ],
)
def test_a_wrong_option_is_refused_with_what_to_do(db: None, options: list[str], said: str) -> None:
    assert verify(*options) == [said]
