"""Icons come from Tabler's folder, once each, and a wrong name is named."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.ui.pages import render
from ui.icons import UnknownIcon, icon_svg


def test_icon_is_drawn_inline_and_hidden_from_screen_readers() -> None:
    svg = icon_svg("bell")
    assert svg.startswith('<svg class="icon" viewBox="0 0 24 24"')
    assert 'aria-hidden="true"' in svg
    assert svg.count("<svg") == svg.count("</svg>") == 1
    assert svg.count("<path") == 2


def test_icon_takes_a_class() -> None:
    assert render('{% icon "bell" "text-late" %}').startswith('<svg class="icon text-late"')


def test_unknown_icon_is_named_with_its_neighbours() -> None:
    with pytest.raises(UnknownIcon, match=r"There is no icon “belll” among Tabler’s outline icons\. Near it: bell"):
        render('{% icon "belll" %}')


def test_a_name_cannot_leave_the_folder() -> None:
    with pytest.raises(UnknownIcon):
        icon_svg("../filled/bell")


def test_missing_folder_says_what_to_install(settings: Settings, tmp_path: Path) -> None:
    settings.ICONS_DIR = tmp_path / "nowhere"
    with pytest.raises(UnknownIcon, match="Install the browser assets with `npm ci`"):
        icon_svg("bell")


def test_icon_is_read_once(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><path d="M1 1"/></svg>', encoding="utf-8")
    settings.ICONS_DIR = tmp_path
    first = icon_svg("dot")
    (tmp_path / "dot.svg").unlink()
    assert icon_svg("dot", "again") == first.replace('class="icon"', 'class="icon again"')


def test_file_without_a_drawing_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "empty.svg").write_text("nothing", encoding="utf-8")
    settings.ICONS_DIR = tmp_path
    with pytest.raises(UnknownIcon, match="holds no drawing"):
        icon_svg("empty")
