"""The caught e-mails: listed, narrowed, opened without harm."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import Http404
from django.test import Client

from demo.logins import Login, Logins, write_logins
from demo.mailbox import in_new_tabs, list_letters, open_letter
from tests.people import Lumiere, Peeters
from tests.signing import BACKEND, make_client_user

pytestmark = pytest.mark.django_db

HOSTILE = """<!doctype html><html><head lang="fr"><base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=//evil.example">
<script>parent.document.title = "taken"</script></head><body onload="alert(1)"><img src="https://evil.example/pixel.png" onerror="alert(2)">
<form action="https://evil.example"><button>Go</button></form><a href="javascript:alert(3)">here</a></body></html>"""


def subjects(page: bytes) -> list[str]:
    return re.findall(r'<span class="fw-medium me-auto">([^<]*)</span>', page.decode())


def test_list_shows_the_newest_first(client: Client, catch: Callable[..., str]) -> None:
    catch(subject="First")
    catch(subject="Second")
    response = client.get("/demo/")
    assert (response.status_code, subjects(response.content)) == (200, ["Second", "First"])


def links(client: Client) -> list[str]:
    return re.findall(r'class="nav-link[^"]*" href="([^"]*)"', client.get("/demo/").content.decode())


def test_pages_lead_each_to_where_they_may_go(client: Client, two_firms: tuple[Lumiere, Peeters], demo: Path) -> None:
    lumiere, _ = two_firms
    write_logins(Logins(client=(Login("nadia@lefevre.example", "x", "Nadia Lefèvre", "", "Cabinet Lumière", "/c/LUMIERE/"),)))
    assert links(client) == ["/demo/", "/", "/c/LUMIERE/"]
    client.force_login(lumiere.claire.user, backend=BACKEND)
    assert links(client)[:2] == ["/demo/", "/"]
    assert "/portal/" not in links(client)
    client.force_login(make_client_user(lumiere.firm, lumiere.nadia_address), backend=BACKEND)
    assert links(client)[:2] == ["/demo/", "/portal/"]


def test_list_is_narrowed_to_a_recipient_and_to_words(client: Client, catch: Callable[..., str]) -> None:
    catch(subject="Lettre de mission")
    catch(subject="Mandat SEPA")
    catch(subject="Mandat SEPA", to="paul@lefevre.example")
    asked = ({"to": "paul@lefevre.example"}, {"q": "mission"}, {"q": "mandat", "to": "nadia@lefevre.example"}, {"to": "nobody@x.example"})
    assert [subjects(client.get("/demo/", each).content) for each in asked] == [["Mandat SEPA"], ["Lettre de mission"], ["Mandat SEPA"], []]


def test_list_asked_again_answers_only_when_something_has_come(client: Client, catch: Callable[..., str]) -> None:
    catch(subject="First")
    seen = re.search(r'X-Seen": "([^"]+)"', client.get("/demo/").content.decode())
    assert seen
    asked = {"HX-Request": "true", "X-Seen": seen.group(1)}
    assert client.get("/demo/", headers=asked).status_code == 204
    catch(subject="Second")
    response = client.get("/demo/", headers=asked)
    assert (response.status_code, subjects(response.content), b"<html" in response.content) == (200, ["Second", "First"], False)


def test_list_says_how_to_get_an_email_while_there_is_none(client: Client, demo: Path) -> None:
    response = client.get("/demo/")
    assert (response.status_code, "No e-mail yet" in response.content.decode()) == (200, True)


def test_what_is_no_email_is_left_out(demo: Path, catch: Callable[..., str]) -> None:
    catch()
    (demo / "mail" / "folder.eml").mkdir()
    assert [letter.id for letter in list_letters()] == ["letter-0"]


def test_email_without_a_date_or_with_an_unknown_charset_is_shown(demo: Path, catch: Callable[..., str]) -> None:
    catch()
    (demo / "mail" / "odd.eml").write_bytes(
        b"Subject: =?nobody?q?=E9?=\r\nContent-Type: text/plain; charset=nobody\r\n\r\nd\xc3\xa9j\xc3\xa0\r\n"
    )
    opened = open_letter("odd")
    assert (opened.text.strip(), opened.html, opened.letter.recipient) == ("déjà", "", "")


def test_email_is_shown_with_its_parts(client: Client, catch: Callable[..., str]) -> None:
    name = catch(subject="Votre signature")
    pages = [client.get(f"/demo/mail/{name}/", {"view": view}) for view in ("", "text", "headers", "nonsense")]
    assert [page.status_code for page in pages] == [200] * 4
    assert [f'src="/demo/mail/{name}/page/"' in page.content.decode() for page in pages] == [True, False, False, True]
    assert "Cabinet Lumière &lt;n@r.example&gt;" in pages[0].content.decode()


def test_email_is_framed_in_a_sandbox_without_scripts_and_without_our_origin(client: Client, catch: Callable[..., str]) -> None:
    page = client.get(f"/demo/mail/{catch(HOSTILE)}/").content.decode()
    assert re.findall(r'sandbox="([^"]*)"', page) == ["allow-popups allow-popups-to-escape-sandbox"]


def test_email_brings_a_policy_under_which_it_can_do_nothing(client: Client, catch: Callable[..., str]) -> None:
    response = client.get(f"/demo/mail/{catch(HOSTILE)}/page/")
    policy = sorted(response.headers["Content-Security-Policy"].split("; "))
    assert policy == [
        "base-uri 'none'",
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "img-src 'self' data:",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "style-src 'unsafe-inline'",
    ]


def test_links_of_an_email_open_in_a_tab_of_their_own() -> None:
    assert in_new_tabs('<html><head lang="fr"><title>x</title>') == '<html><head lang="fr"><base target="_blank"><title>x</title>'
    assert in_new_tabs("<p>Bonjour") == '<base target="_blank"><p>Bonjour'


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../logins", "..%2Flogins", "%2e%2e%2flogins", "mail/letter-0", "letter-0.eml", "letter-0\x00"]
)
def test_name_that_is_no_email_is_not_found(client: Client, demo: Path, catch: Callable[..., str], name: str) -> None:
    catch()
    (demo / "logins.eml").write_text("secret")
    with pytest.raises(Http404):
        open_letter(name)
    if name:
        assert [client.get(f"/demo/mail/{name}/{page}").status_code for page in ("", "page/")] == [404, 404]


def test_email_without_html_has_no_page(client: Client, demo: Path, catch: Callable[..., str]) -> None:
    catch()
    (demo / "mail" / "plain.eml").write_bytes(b"Subject: Code\r\n\r\n123456 http://localhost:8000/l/abc/\r\n")
    response = client.get("/demo/mail/plain/")
    assert 'href="http://localhost:8000/l/abc/"' in response.content.decode()
    assert client.get("/demo/mail/plain/page/").status_code == 404
