"""The marks in the sources, apart from any e-mail."""

from quopri import decodestring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_email.errors import TemplateError
from templates_email.pieces import Rows, Slot, When, bind, encoded, fill, joined, names, parse, parse_text, row_names
from templates_email.quoted import Encoded


def _filled(source: str, **values: str) -> str:
    return joined(fill(parse(source), values))


def test_parse_cuts_at_marks() -> None:
    assert parse("a [[B]] c[[if D]]e[[else]]f[[end]]") == ("a ", Slot("B"), " c", When("D", ("e",), ("f",)))


def test_marks_in_comments_are_marks_and_other_comments_stay() -> None:
    source = "<!--[[if A]]--><p>[[A]]</p><!-- [[end]] --><!--[if mso]>x<![endif]-->"
    assert parse(source) == (When("A", ("<p>", Slot("A"), "</p>"), ()), "<!--[if mso]>x<![endif]-->")


@pytest.mark.parametrize(
    "source",
    ["[[if A]]x", "x[[end]]", "[[else]]", "[[if A]]x[[else]]y[[else]]z[[end]]", "[[rows]]x", "[[a]]", "[[ A ]]", "[[A", "[[if a]]x[[end]]"],
)
def test_parse_refuses_what_is_no_mark(source: str) -> None:
    with pytest.raises(TemplateError):
        parse(source)


def test_conditions_nest() -> None:
    source = "[[if A]]a[[if B]]b[[else]]-[[end]][[end]]."
    assert [_filled(source, A=a, B=b) for a, b in (("1", "1"), ("1", ""), ("", "1"))] == ["ab.", "a-.", "."]


def test_lines_with_nothing_but_structure_leave_no_line() -> None:
    pieces = parse_text("Firm\n[[if A]]\n[[A]]\n[[end]]\n\nText\n")
    assert [joined(fill(pieces, {"A": value})) for value in ("Account", "")] == ["Firm\nAccount\n\nText\n", "Firm\n\nText\n"]


def test_further_lines_of_a_value_stand_under_its_first() -> None:
    pieces = parse_text("[[if A]]\n  “[[A]]”\n[[end]]\n")
    assert joined(fill(pieces, {"A": "one\ntwo"})) == "  “one\n  two”\n"
    assert bind(pieces, {"A": "one\ntwo"}) == ("  “one\n  two”\n",)


def test_bind_decides_what_is_known_and_leaves_the_rest() -> None:
    pieces = parse("[[FIRM]][[if LOGO]]<img>[[else]][[if A]][[FIRM]][[A]][[end]][[end]]!")
    assert bind(pieces, {"FIRM": "F", "LOGO": ""}) == ("F", When("A", ("F", Slot("A")), ()), "!")
    assert bind(pieces, {"FIRM": "F", "LOGO": "x"}) == ("F<img>!",)


def test_rows_repeat_with_their_own_values() -> None:
    pieces = parse("[[A]]:[[rows]] [[B]][[if C]]([[C]])[[end]][[end]].")
    assert joined(fill(pieces, {"A": "a"}, [{"B": "1", "C": ""}, {"B": "2", "C": "x"}])) == "a: 1 2(x)."
    assert joined(fill(pieces, {"A": "a"})) == "a:."
    assert names(pieces) == {"A"}
    assert row_names(pieces) == {"B", "C"}
    assert isinstance(bind(pieces, {"A": "a"})[1], Rows)


def test_names_are_those_shown_and_those_asked_for() -> None:
    assert names(parse("[[A]][[if B]][[C]][[else]][[D]][[end]]")) == {"A", "B", "C", "D"}


def test_values_are_never_read_as_marks() -> None:
    assert _filled("[[A]][[B]]", A="[[B]][[if B]]", B="b") == "[[B]][[if B]]b"


@given(st.lists(st.one_of(st.text(), st.just("\n"), st.text("a=. \n", max_size=200))))
def test_encoded_pieces_decode_to_the_same_text_in_any_order(texts: list[str]) -> None:
    tidy = [text.replace("\r", "") for text in texts]
    parts = [part for part in encoded(tuple(tidy)) if isinstance(part, Encoded)]
    quoted = b"".join(part.quoted for part in parts)
    assert decodestring(quoted).replace(b"\r\n", b"\n").decode() == "".join(tidy)
    assert max(map(len, quoted.split(b"\r\n"))) <= 76
    assert quoted.isascii() and quoted.count(b"\r\n") == quoted.count(b"\n") == quoted.count(b"\r")
