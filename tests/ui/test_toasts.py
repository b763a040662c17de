"""What was done is said in the corner, what went wrong on the page."""

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.utils.html import format_html

from tests.ui.pages import get, one_line, render
from ui.toasts import Notes, Toast, sort_notes, toast

PAGE = '{% extends "ui/desk.html" %}{% block content %}body{% endblock %}'


def asked() -> HttpRequest:
    request = get()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def test_errors_are_alerts_and_the_rest_toasts() -> None:
    done = Message(messages.SUCCESS, "Done.")
    wrong = Message(messages.ERROR, "Not sent.")
    undoable = Message(messages.SUCCESS, "Paused.", "undo:/pause/undo/")
    assert sort_notes([done, wrong, undoable]) == Notes(toasts=[Toast(done), Toast(undoable, "/pause/undo/")], alerts=[wrong])


def test_no_messages_are_no_notes() -> None:
    assert sort_notes(None) == Notes()


def test_toast_offers_to_undo_by_post() -> None:
    request = asked()
    toast(request, format_html("Reminders of <strong>{}</strong> are paused.", "A & B"), undo_url="/pause/undo/")
    html = one_line(render(PAGE, request, messages=messages.get_messages(request)))
    assert '<div class="toasts" id="toasts" role="status">' in html
    assert "Reminders of <strong>A &amp; B</strong> are paused." in html
    assert '<form method="post" action="/pause/undo/"><input type="hidden" name="csrfmiddlewaretoken" value="token-of-the-page">' in html


def test_toast_escapes_plain_text_and_needs_no_undo() -> None:
    request = asked()
    toast(request, "Account <b> saved.")
    html = render(PAGE, request, messages=messages.get_messages(request))
    assert "Account &lt;b&gt; saved." in html
    assert "Undo" not in html


def test_error_stands_on_the_page() -> None:
    request = asked()
    messages.error(request, "Nobody is notified.")
    html = one_line(render(PAGE, request, messages=messages.get_messages(request)))
    assert '<div class="alert alert-danger" role="alert">' in html
    assert html.index("Nobody is notified.") < html.index("body </div>")
    assert html.endswith("</body></html>")


def test_htmx_answer_adds_its_toasts_to_the_page() -> None:
    request = asked()
    toast(request, "Saved.")
    html = render('{% include "ui/toasts_oob.html" %}', request, messages=messages.get_messages(request))
    assert 'id="toasts" role="status" hx-swap-oob="beforeend"' in html
    assert "Saved." in html
