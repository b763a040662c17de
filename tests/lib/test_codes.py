import pytest

from lib.codes import is_code, new_code


def test_code_is_one() -> None:
    assert is_code(new_code())


@pytest.mark.parametrize("text", ["", "²", "１２３", "É2", "A-B", "A B", "A\0", "%"])
def test_what_no_address_could_hold_is_none(text: str) -> None:
    assert not is_code(text)
