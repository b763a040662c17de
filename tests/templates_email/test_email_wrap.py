from hypothesis import given
from hypothesis import strategies as st

from templates_email.wrap import WIDTH, wrap


def test_wrap_breaks_at_blanks_and_keeps_short_lines() -> None:
    assert wrap("short\n\n" + "word " * 20) == "short\n\n" + " ".join(["word"] * 14) + "\n" + " ".join(["word"] * 6)


def test_wrap_keeps_the_indent() -> None:
    assert wrap("  " + "a" * 40 + " " + "b" * 40) == "  " + "a" * 40 + "\n  " + "b" * 40


def test_wrap_keeps_long_words_and_what_no_break_spaces_hold() -> None:
    url = "https://clients.example/" + "a" * 80
    assert wrap(f"See {url} now, please.") == f"See\n{url}\nnow, please."
    held = "«\u00a0" + "x" * 66 + "\u00a0»"
    assert wrap(f"word {held}") == f"word\n{held}"


@given(st.text("ab \n\u00a0é", max_size=400))
def test_wrap_loses_no_word_and_no_line_is_long(text: str) -> None:
    wrapped = wrap(text)
    assert [word for word in wrapped.replace("\n", " ").split(" ") if word] == [word for word in text.replace("\n", " ").split(" ") if word]
    assert all(len(line) <= WIDTH or " " not in line.strip(" ") for line in wrapped.split("\n"))
    assert all(line == line.rstrip(" ") for line in wrapped.split("\n"))
