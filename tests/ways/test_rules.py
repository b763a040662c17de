"""How fast, when it rests, and when it is cut off: pure."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ways.errors import ErrorKind, Step
from ways.rules import (
    BREAKS_AT,
    LAST_PROBE,
    LONGEST_REST,
    PROBE,
    SHORTEST_REST,
    Bucket,
    Pass,
    Told,
    Trouble,
    after_error,
    after_success,
    passes,
    rest,
    take,
    told_by,
    worth_a_batch_at,
)

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SHARES = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 40)), max_size=40)  # seconds since the last, and how many are wanted


@pytest.mark.parametrize(
    ("kind", "answer", "told"),
    [
        (ErrorKind.SOON, "421 4.3.2 Shutting down", Told.SLOW_RELAY),
        (ErrorKind.LATER, "421 4.7.0 Too many connections", Told.SLOW_RELAY),
        (ErrorKind.LATER, "450 4.7.28 Unusual rate", Told.SLOW_DOMAIN),
        (ErrorKind.LATER, "Postmark API response 429 (Too Many Requests)", Told.SLOW_RELAY),
        (ErrorKind.SOON, "[Errno 111] Connection refused", Told.UNREACHABLE),
        (ErrorKind.SOON, "timed out", Told.UNREACHABLE),
        (ErrorKind.SOON, "451 4.3.0 Busy", Told.ANSWERED),
        (ErrorKind.ADDRESS, "550 5.1.1 No such user", Told.ANSWERED),
        (ErrorKind.DOUBT, "Connection unexpectedly closed", Told.NOTHING),
        (ErrorKind.SENDER, "535 5.7.8 No", Told.ANSWERED),
        (ErrorKind.NEVER, "KeyError: 'name'", Told.NOTHING),
    ],
)
def test_what_an_error_says_of_the_way(kind: ErrorKind, answer: str, told: Told) -> None:
    assert told_by(kind, answer) is told


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (Step.ENTRY, Told.SLOW_RELAY),
        (Step.MAIL, Told.SLOW_RELAY),
        (Step.RCPT, Told.SLOW_DOMAIN),
        (Step.DATA, Told.SLOW_DOMAIN),
        (Step.TEXT, Told.SLOW_DOMAIN),
    ],
)
def test_what_is_put_off_before_the_recipient_is_named_is_put_off_by_the_relay(step: Step, told: Told) -> None:
    assert told_by(ErrorKind.LATER, "454 4.7.0 Temporary authentication failure", step=step) is told


@pytest.mark.parametrize("kind", [ErrorKind.ADDRESS, ErrorKind.SENDER, ErrorKind.NEVER])
def test_a_provider_that_refuses_is_there(kind: ErrorKind) -> None:
    assert (told_by(kind, "Postmark API response 422"), told_by(kind, "Postmark API response 422", answered=True)) == (
        Told.NOTHING,
        Told.ANSWERED,
    )


# --- Limits --------------------------------------------------------------------------------------------------------------


@given(SHARES, st.integers(1, 600))
def test_in_any_span_no_more_than_its_share_goes_and_once_what_gathers_between_ticks(asked: list[tuple[int, int]], limit: int) -> None:
    bucket, at, went = None, NOW, list[tuple[datetime, int]]()
    for seconds, wanted in asked:
        at += seconds * SECOND
        granted, bucket = take(bucket, limit, wanted, at)
        assert 0 <= granted <= wanted
        assert bucket.tokens >= -1e-6
        went.append((at, granted))
    burst = max(1.0, limit / 3)
    for first, (begin, _) in enumerate(went):
        for last in range(first, len(went)):
            span = (went[last][0] - begin) / MINUTE
            assert sum(count for _, count in went[first : last + 1]) <= limit * span + burst + 1e-6


def test_what_is_allowed_goes_in_the_end() -> None:
    bucket, sent = None, 0
    for tick in range(31):
        granted, bucket = take(bucket, 60, 1000, NOW + 20 * tick * SECOND)
        sent += granted
    assert sent == 20 + 600


def test_a_clock_that_goes_back_gives_nothing() -> None:
    assert take(Bucket(0, NOW), 60, 5, NOW - MINUTE)[0] == 0


# --- Rests ---------------------------------------------------------------------------------------------------------------


@given(st.sampled_from([(Told.SLOW_RELAY, LONGEST_REST), (Told.UNREACHABLE, LAST_PROBE)]), st.integers(0, 60_000), st.floats(0, 1))
def test_rests_have_bounds(told: tuple[Told, timedelta], level: int, jitter: float) -> None:
    assert SHORTEST_REST <= rest(told[0], level, jitter) <= told[1]


def test_rests_grow_while_it_goes_on_and_shrink_with_what_goes_well() -> None:
    trouble, at, bounds = Trouble(), NOW, []
    for _ in range(8):
        trouble = after_error(trouble, Told.SLOW_RELAY, at, 1.0)
        assert trouble.rests_until
        bounds.append((trouble.rests_until - at) / SECOND)
        at = trouble.rests_until
    assert bounds == [10, 20, 40, 80, 160, 320, 640, 1280]
    for _ in range(8):
        trouble = after_success(trouble, at)
    assert trouble == Trouble()


def test_several_workers_that_are_told_at_once_make_one_rest() -> None:
    once = after_error(Trouble(), Told.SLOW_DOMAIN, NOW, 0.5)
    assert after_error(once, Told.SLOW_DOMAIN, NOW + SECOND, 0.9) == once


def test_what_was_on_its_way_when_the_rest_began_does_not_end_it() -> None:
    resting = after_error(Trouble(), Told.SLOW_RELAY, NOW, 1.0)
    assert after_success(resting, NOW + SECOND) == resting


# --- The breaker ---------------------------------------------------------------------------------------------------------


def broken() -> Trouble:
    trouble = Trouble()
    for _ in range(BREAKS_AT):
        trouble = after_error(trouble, Told.UNREACHABLE, NOW, 1.0)
    return trouble


def test_it_opens_at_the_fifth_failure_in_a_row_and_not_before() -> None:
    trouble = Trouble()
    for count in range(1, BREAKS_AT):
        trouble = after_error(trouble, Told.UNREACHABLE, NOW, 1.0)
        assert (passes(trouble, NOW), trouble.failures) == (Pass.ALL, count)
    assert passes(after_error(trouble, Told.UNREACHABLE, NOW, 1.0), NOW) is Pass.NONE


@pytest.mark.parametrize(("per_minute", "tokens", "after"), [(60, 0, 10), (60, 0.5, 9.5), (6, 0, 10), (2, 0, 30), (2, 0.5, 15)])
def test_one_that_is_used_up_is_worth_a_batch_once_half_of_it_or_one_at_the_least_may_go(
    per_minute: int, tokens: float, after: float
) -> None:
    at = worth_a_batch_at(Bucket(tokens, NOW), per_minute)
    assert at == NOW + after * SECOND
    assert take(Bucket(tokens, NOW), per_minute, 100, at)[0] == max(1, per_minute // 6)


def test_one_that_goes_well_in_between_begins_the_count_anew() -> None:
    trouble = after_error(Trouble(), Told.UNREACHABLE, NOW, 1.0)
    assert after_success(trouble, NOW) == Trouble()


def test_after_its_rest_one_probe_passes_and_closes_it_or_makes_it_rest_longer() -> None:
    after = NOW + 5 * SECOND
    assert passes(broken(), after - SECOND) is Pass.NONE
    assert passes(broken(), after) is Pass.PROBE
    probing = Trouble(1, BREAKS_AT, after, after + PROBE)
    assert passes(probing, after + SECOND) is Pass.NONE
    assert passes(probing, after + PROBE) is Pass.PROBE
    assert after_success(probing, after + SECOND) == Trouble()
    longer = after_error(probing, Told.UNREACHABLE, after + SECOND, 1.0)
    assert (longer.rests_until, longer.probe_until) == (after + 11 * SECOND, None)


@given(st.lists(st.tuples(st.sampled_from(["error", "slow", "well"]), st.integers(0, 4000)), max_size=60), st.floats(0, 1))
def test_never_do_all_pass_while_it_is_open_or_rests(told: list[tuple[str, int]], jitter: float) -> None:
    trouble, at = Trouble(), NOW
    for what, seconds in told:
        at += seconds * SECOND
        errors = {"error": Told.UNREACHABLE, "slow": Told.SLOW_RELAY}
        trouble = after_error(trouble, errors[what], at, jitter) if what in errors else after_success(trouble, at)
        if trouble.is_open or (trouble.rests_until and trouble.rests_until > at):
            assert passes(trouble, at) is not Pass.ALL


@pytest.mark.parametrize("told", [Told.ANSWERED, Told.SLOW_RELAY])
def test_whoever_answers_a_probe_closes_the_breaker(told: Told) -> None:
    cut_off = Trouble(level=3, failures=BREAKS_AT + 2, rests_until=NOW - SECOND, probe_until=NOW + PROBE)
    after = after_error(cut_off, told, NOW, 1.0)
    assert (after.is_open, after.probe_until) == (False, None)
    assert passes(after, after.rests_until or NOW) is Pass.ALL


def test_an_answer_ends_no_rest_that_has_begun_meanwhile() -> None:
    resting = Trouble(level=3, failures=BREAKS_AT + 2, rests_until=NOW + SECOND)
    assert after_error(resting, Told.ANSWERED, NOW, 1.0) == resting
