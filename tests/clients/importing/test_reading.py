"""Text files: encodings, separators, quotation marks, headings, limits."""

import io

import pytest

from clients.importing import encodings
from clients.importing.enums import Unreadable
from clients.importing.reading import read_beginning, read_table
from clients.importing.table import MAX_COLUMNS, MAX_ROWS, Line, UnreadableFile
from tests.clients.importing.lists import SAMPLE, read

ROWS = ["Réf.,Nom du compte,Prénom,Nom", "C1,Société Générale d’Électricité,Zoé,Müller", "C2,Forêt & Fils à Liège,Joël,Français"]


def refusal(file: bytes | str, **details: object) -> Unreadable:
    with pytest.raises(UnreadableFile) as raised:
        read(file)
    assert raised.value.details == details
    return raised.value.why


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encoding_and_separator_are_found(encoding: str, separator: str, ending: str) -> None:
    table = read(ending.join(ROWS).replace(",", separator).encode(encoding))
    assert table.header == Line(1, ("Réf.", "Nom du compte", "Prénom", "Nom"))
    assert [line.cells for line in table.lines] == [tuple(row.split(",")) for row in ROWS[1:]]
    assert table.separator == separator


@pytest.mark.parametrize(
    ("encoding", "found"), [("cp1252", "cp1252"), ("utf-8-sig", "utf-8"), ("utf-16-be", "utf-16-be"), ("cp850", "cp850")]
)
def test_the_encoding_is_told(encoding: str, found: str) -> None:
    assert read("\n".join(ROWS).replace("’", "'").encode(encoding)).encoding == found


def test_a_polish_list_is_read_as_such() -> None:
    rows = ["Réf.;Compte", *(f"C{n};Spółka Żółć Gdańsk Wąbrzeźno Świętokrzyskie Łódź" for n in range(9))]
    assert read("\n".join(rows).replace("é", "e").encode("cp1250")).lines[0].cells == (
        "C0",
        "Spółka Żółć Gdańsk Wąbrzeźno Świętokrzyskie Łódź",
    )


def test_lines_of_another_encoding_are_mended_and_told() -> None:
    lines = [b"Compte;Nom", "Crèche;Noël".encode(), "Forêt;Zoé".encode(), "Hôtel;Joël".encode("cp1252")]
    table = read(b"\n".join(lines))
    assert [line.cells for line in table.lines] == [("Crèche", "Noël"), ("Forêt", "Zoé"), ("Hôtel", "Joël")]
    assert (table.encoding, table.mended) == ("utf-8", (4,))


def test_a_row_is_numbered_by_the_line_it_begins_on() -> None:
    table = read('Compte;Nom\nA;"Lefèvre\r\nsuite\nfin"\r\n\n\nB;Maes\n;\nC;Claes\n\n\n')
    assert table.lines == (Line(2, ("A", "Lefèvre\r\nsuite\nfin")), Line(7, ("B", "Maes")), Line(9, ("C", "Claes")))
    assert table.empty == (5, 6, 8)


def test_the_sample_is_read_whole() -> None:
    table = read(SAMPLE.read_bytes())
    assert (len(table.lines), table.lines[0].number, table.lines[-1].number, table.empty) == (177, 2, 180, (32,))
    assert (table.encoding, table.separator) == ("utf-8", ";")


def test_short_and_long_rows_keep_their_cells() -> None:
    assert [line.cells for line in read("Compte;Nom;E-mail\nA\nB;b;b@b.be;x\n").lines] == [("A",), ("B", "b", "b@b.be", "x")]


def test_a_title_may_stand_above_the_headings() -> None:
    table = read("Liste des clients;;\n\nau 3 novembre;;\nRéf.;Nom du compte;\nC1;Maes;\n")
    assert (table.header, table.lines) == (Line(4, ("Réf.", "Nom du compte")), (Line(5, ("C1", "Maes", "")),))


def test_excel_may_name_its_separator() -> None:
    table = read("sep=|\nCompte|Nom\nA;a|b\n")
    assert (table.header.number, table.lines) == (2, (Line(3, ("A;a", "b")),))


def test_repeated_and_empty_headings_are_kept_in_their_places() -> None:
    assert read("Compte;E-mail;;E-mail\nA;a@a.be;x;b@b.be\n").header.cells == ("Compte", "E-mail", "", "E-mail")


def test_a_list_of_names_alone_has_one_column() -> None:
    assert read("Nom du compte\nBoulangerie Maes\nGarage Claes\n").lines[1].cells == ("Garage Claes",)


def test_a_nul_is_shown_as_unreadable() -> None:
    text = "Compte;Nom\n" + "Boulangerie Lefèvre;Maes\n" * 10 + "Ga\0rage;Claes\n"
    assert read(text).lines[-1].cells == ("Ga\ufffdrage", "Claes")


def test_reading_the_beginning_stops_there() -> None:
    file = io.BytesIO(b"Compte;Nom\n" + b"A;a\n" * 500)
    assert len(read_beginning(file, size=2011, rows=60).lines) == 60


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"", Unreadable.EMPTY),
        (b"\n\r\n  \n", Unreadable.EMPTY),
        (b"Compte;Nom\n", Unreadable.NO_ROWS),
        (b"Compte;Nom\n;\n", Unreadable.NO_ROWS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, Unreadable.OLD_EXCEL),
        (bytes(range(256)) * 40, Unreadable.NOT_TEXT),
        ("Compte;Nom\nA;a\n".encode("utf-16") + b"\0", Unreadable.NOT_TEXT),
    ],
)
def test_what_is_no_list_is_refused(file: bytes, why: Unreadable) -> None:
    assert refusal(file) == why


@pytest.mark.parametrize(
    ("file", "kind"), [(b"%PDF-1.7 ...", "PDF"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"<html><table>", "HTML"), (b"\x1f\x8b\x08", "GZIP")]
)
def test_files_of_another_type_are_named(file: bytes, kind: str) -> None:
    assert refusal(file, type=kind) == Unreadable.OTHER_TYPE


def test_data_where_headings_should_be_are_shown() -> None:
    assert refusal("C1;Maes;lotte@maes.be\nC2;Claes;z@claes.be\n", row=1, value="lotte@maes.be") == Unreadable.NO_HEADER


@pytest.mark.parametrize("rest", ["", "B;b\n" * 40, "B;b\n" * 40 + 'C;"c"\n', "x" * 200_000])
def test_a_quotation_mark_that_does_not_close_is_told_with_its_row(rest: str) -> None:
    assert refusal(f'Compte;Nom\nA;a\nB;"b\n{rest}', row=3) == Unreadable.OPEN_QUOTE


def test_a_quotation_mark_inside_a_name_is_no_mistake() -> None:
    assert read('Compte;Nom\nCafé "Le Coin";Maes\n"Café ""Le Coin""";Claes\n').lines[1].cells == ('Café "Le Coin"', "Claes")


def test_too_many_rows_and_columns_are_refused() -> None:
    assert refusal("Compte;Nom\n" + "A;a\n" * (MAX_ROWS + 1), most=MAX_ROWS) == Unreadable.TOO_MANY_ROWS
    assert refusal(";".join(["Compte"] * (MAX_COLUMNS + 1)) + "\nA\n", row=1, most=MAX_COLUMNS) == Unreadable.TOO_MANY_COLUMNS


class Endless(io.RawIOBase):
    """200 MB that would be noticed if they were read."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the file was read")


def test_a_file_of_200_megabytes_is_refused_unread() -> None:
    with pytest.raises(UnreadableFile) as raised:
        read_table(Endless(), size=200 * 1024 * 1024)  # type: ignore[arg-type]
    assert (raised.value.why, raised.value.details) == (Unreadable.TOO_BIG, {"megabytes": 209, "most": 20})


def test_empty_rows_are_told_up_to_a_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(read("Compte;Nom\n" + "\n" * 5_000 + "A;a\n").empty) == 1_000
    monkeypatch.setattr("clients.importing.text_files.MAX_LINES", 4_000)
    assert refusal("Compte;Nom\n" + "\n" * 5_000 + "A;a\n", most=MAX_ROWS) == Unreadable.TOO_MANY_ROWS


def test_a_file_of_another_encoding_is_not_mended_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guess for each of a million lines would take a minute."""
    guessed: list[int] = []
    western = encodings._western

    def counted(data: bytes) -> encodings.Text:
        guessed.append(len(data))
        return western(data)

    monkeypatch.setattr(encodings, "_western", counted)
    assert encodings.decode("Réf.;Compte\n".encode("cp1252") * 1000).encoding == "cp1252"
    assert guessed == [12 * 1000]
