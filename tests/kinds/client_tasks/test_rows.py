"""The rows in which tasks are typed: pure."""

import pytest
from django.http import QueryDict

from kinds.client_tasks.rows import TaskRow, edited, lines_of, read_rows, rows_of, typed_rows
from kinds.client_tasks.rules import NewTask, Progress, describe_progress
from tests.tasking import DAY, TODAY

A, B, C = TaskRow("a"), TaskRow("b"), TaskRow("c")


def test_rows_are_read_as_the_page_sends_them() -> None:
    data = QueryDict("task_text=+Send+it%0A&task_text=&task_due=2026-11-06&task_due=&task_details=Of+both%0D%0Aaccounts&task_details=")
    assert typed_rows(data) == [TaskRow("Send it", "2026-11-06", "Of both\naccounts"), TaskRow()]


def test_a_body_with_parts_missing_is_no_error() -> None:
    assert typed_rows(QueryDict("task_text=a&task_text=b%00&task_due=x")) == [TaskRow("a", "x"), TaskRow("b")]
    assert typed_rows(QueryDict("")) == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("up-1", [B, A, C]),
        ("down-1", [A, C, B]),
        ("remove-1", [A, C]),
        ("up-0", [A, B, C]),
        ("down-2", [A, B, C]),
        ("remove-9", [A, B, C]),
        ("remove-x", [A, B, C]),
        ("dance-1", [A, B, C]),
        ("more", [A, B, C, *[TaskRow()] * 5]),
        ("split", [A, B, C, TaskRow("d"), TaskRow("e")]),
    ],
)
def test_the_buttons_of_rows(wanted: str, expected: list[TaskRow]) -> None:
    assert edited([A, B, C], wanted, "d\n\n e") == expected


def test_pasted_lines_lose_their_bullets_and_numbers() -> None:
    pasted = "- One\n* Two\n  • Three\n1. Four\n12) Five\n[ ] Six\n☐ Seven\n\n2026 accounts\n-5 % of rent"
    assert [row.text for row in lines_of(pasted)] == [
        "One",
        "Two",
        "Three",
        "Four",
        "Five",
        "Six",
        "Seven",
        "2026 accounts",
        "-5 % of rent",
    ]


def test_a_templates_days_count_from_today() -> None:
    rows = rows_of([{"text": "a", "due_in": 4, "details": "x"}, {"text": "b", "due_in": None}], TODAY)
    assert rows == [TaskRow("a", (TODAY + 4 * DAY).isoformat(), "x"), TaskRow("b")]


def test_empty_rows_are_left_out() -> None:
    read = read_rows([TaskRow(), TaskRow("a", "2026-11-02", "x"), TaskRow()], TODAY)
    assert (read.tasks, read.problem) == ([NewTask("a", "x", TODAY)], "")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (TaskRow("", "2026-11-06"), "Task 2: Say what is to be done, or empty the whole row."),
        (TaskRow("a" * 201), "Task 2: This is 201 characters long; at most 200 fit. Put the rest into the details."),
        (TaskRow("a", "6 November"), "Task 2: This is no date. Type it like 2026-11-02."),
        (TaskRow("a", "2026-11-01"), "Task 2: This day is over. Choose today or a later one."),
        (TaskRow("a", "", "x" * 1001), "Task 2: The details are 1001 characters long; at most 1000 fit."),
    ],
)
def test_what_is_wrong_names_its_task(row: TaskRow, said: str) -> None:
    read = read_rows([TaskRow("first"), TaskRow(), row], TODAY)
    assert (read.problem, len(read.tasks), [len(each.errors) for each in read.rows]) == (said, 1, [0, 1])


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "Write down at least one task."), (51, "A list holds at most 50 tasks, and these are 51. Ask for the rest in another one.")],
)
def test_a_list_has_one_to_fifty(count: int, said: str) -> None:
    assert read_rows([A] * count, TODAY).problem == said


@pytest.mark.parametrize(
    ("state", "done", "said", "colour", "progress"),
    [
        ("open", 0, "Waiting", "azure", "0 of 8 done"),
        ("open", 3, "3 of 8 done", "azure", "3 of 8 done"),
        ("done", 8, "Done", "green", ""),
        ("withdrawn", 3, "Withdrawn", "grey", ""),
        ("expired", 3, "Expired", "grey", ""),
    ],
)
def test_states_in_words(state: str, done: int, said: str, colour: str, progress: str) -> None:
    found = describe_progress(Progress(state, done, 8))
    assert (str(found.state), found.colour, str(found.progress)) == (said, colour, progress)


def test_a_list_without_tasks_is_never_finished() -> None:
    assert [Progress("open", done, of).is_finished for done, of in ((0, 0), (7, 8), (8, 8))] == [False, False, True]
