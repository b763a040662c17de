"""What opens a way out, in the words of a server that says it back."""

from base64 import b64encode

import pytest

from ways.credentials import Credentials

SECRET = "Été-à-Liège/7f3b9e"


def in_base64(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"535 {SECRET}, is it?", "535 …, is it?"),
        ("535 %C3%89t%C3%A9-%C3%A0-Li%C3%A8ge%2F7f3b9e", "535 …"),
        (f"535 {in_base64(SECRET)}", "535 …"),
        (f"501 cannot decode AUTH PLAIN {in_base64(f'\0cabinet\0{SECRET}')}", "501 cannot decode AUTH PLAIN …"),
        (f"501 PLAIN={in_base64(f'\0jo\0{SECRET}').rstrip('=')}?", "501 PLAIN=…?"),
        (f"401 Basic {in_base64(f'api:{SECRET}')}", "401 Basic …"),
        (f"501 cannot decode x/{in_base64(f'\0cabinet\0{SECRET}')}", "501 cannot decode …"),
    ],
)
def test_a_secret_is_blotted_out_however_it_is_said_back(said: str, shown: str) -> None:
    assert Credentials(secret=SECRET).hidden_in(said) == shown


def test_what_only_looks_like_base64_stays() -> None:
    said = (
        "535-5.7.8 Username and Password not accepted. https://support.example/mail/?p=BadCredentials 4fb4d7f45d1cf-5Zm9vYmFy==.1 - gsmtp"
    )
    assert Credentials(secret=SECRET, hook="Zk3vQ9", hook_password="pQ8x").hidden_in(said) == said
