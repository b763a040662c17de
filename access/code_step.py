"""The two steps of an act that takes a code, for every kind: what is meant, then the six digits. They work without JavaScript."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from access.acting import stage_of
from access.client_access import address_for_mail_about_login
from access.codes import CodeRefused, masked
from access.doors import Visitor, client_page, get_item_for
from access.forms import ActCodeForm
from access.look import page_around
from access.pending import Given, Pending, forget_pending
from access.rules import Stage
from actions.errors import ActionClosed
from actions.kinds import Text
from actions.models import Action
from lib import clock
from ui.forms import posted


@dataclass(frozen=True, slots=True)
class ActWords:
    """What the page of the code says of an act: its button, what stays undone by going back, and what comes after it."""

    button: Text  # “Sign the document”
    undone: Text  # “nothing is signed”, behind “Go back”
    then: Text  # `%(name)s` is whoever asked


class Sends(Protocol):
    """The kind's service that sends the code. Raises `PermissionDenied`, `ActionClosed` or `CodeRefused`."""

    def __call__(self, *, action: Action, visitor: Visitor, purpose: str, session: SessionBase, now: datetime) -> None: ...


class Finishes(Protocol):
    """The kind's service that does the act. Raises as `Sends`."""

    def __call__(self, *, action: Action, visitor: Visitor, pending: Pending, given: Given) -> object: ...


class Shows(Protocol):
    """Draws one of the kind's client pages; 404 for an action of another kind."""

    def __call__(self, request: HttpRequest, action: Action, visitor: Visitor, template: str, /, **more: Any) -> HttpResponse: ...


@dataclass(frozen=True, slots=True)
class CodeStep:
    """What a kind says of its acts. `pages` are the templates of the first step, by purpose.

    `url` names the second one's address, `<url>_again` that of another code; `beside` is the template of what is acted on, beside both.
    """

    send: Sends
    finish: Finishes
    show: Shows
    pages: Mapping[str, str]
    beside: str
    url: str
    words: Mapping[str, ActWords]


def first_step(
    step: CodeStep, request: HttpRequest, action: Action, visitor: Visitor, *, purpose: str, form: forms.Form, text: str = ""
) -> HttpResponse:
    """The page of the first step until it is filled in; then the code is sent, and asked for on the next page.

    `text` names the field whose value is kept until then.
    """
    if not form.is_valid():
        return step.show(request, action, visitor, step.pages[purpose], form=form)
    now, kept = clock.now(), form.cleaned_data[text] if text else ""
    try:
        step.send(action=action, visitor=visitor, purpose=purpose, session=request.session, now=now)
    except ActionClosed:
        return redirect("item_page", action.code)
    except CodeRefused as refused:
        form.add_error(None, str(refused))
        return step.show(request, action, visitor, step.pages[purpose], form=form)
    Pending(purpose, kept, now).keep(request.session, action.code)
    return redirect(step.url, action.code)


@client_page
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest, code: str, step: CodeStep) -> HttpResponse:
    """The second step: the six digits from the e-mail. What this browser has begun by a link is no part of a preview."""
    action, visitor = get_item_for(request, code)
    pending = None if visitor.previewed else pending_in(step, request, action, visitor)
    if pending is None:
        return redirect("item_page", code)
    form = ActCodeForm(posted(request))
    if form.is_valid() and finish(step, request, action, visitor, pending, form):
        forget_pending(request.session, code)
        return redirect("item_page", code)
    return show_code(step, request, action, visitor, pending, form)


def finish(step: CodeStep, request: HttpRequest, action: Action, visitor: Visitor, pending: Pending, form: ActCodeForm) -> bool:
    """Whether it is over: done, or closed by somebody else meanwhile. A refused code stands on the form."""
    given = Given(form.cleaned_data["code"], request.session, request.headers.get("User-Agent", ""), clock.now())
    try:
        step.finish(action=action, visitor=visitor, pending=pending, given=given)
    except CodeRefused as refused:
        form.add_error("code", str(refused))
        return False
    except ActionClosed:
        return True
    return True


@client_page
@require_POST
def send_again(request: HttpRequest, code: str, step: CodeStep) -> HttpResponse:
    """Another code; the one before is void."""
    action, visitor = get_item_for(request, code)
    pending = pending_in(step, request, action, visitor)
    if pending is None:
        return redirect("item_page", code)
    now, form = clock.now(), ActCodeForm({"code": ""})
    try:
        step.send(action=action, visitor=visitor, purpose=pending.purpose, session=request.session, now=now)
    except CodeRefused as refused:
        form.errors["code"] = form.error_class([str(refused)])
        return show_code(step, request, action, visitor, pending, form)
    Pending(pending.purpose, pending.text, now).keep(request.session, code)
    return redirect(step.url, code)


def pending_in(step: CodeStep, request: HttpRequest, action: Action, visitor: Visitor) -> Pending | None:
    """What this browser is about to do here, while it still can be done."""
    pending = Pending.of(request.session, action.code)
    if pending is None or pending.purpose not in step.words or stage_of(action, visitor, clock.now()) is not Stage.ACT:
        return None
    return pending


def show_code(step: CodeStep, request: HttpRequest, action: Action, visitor: Visitor, pending: Pending, form: ActCodeForm) -> HttpResponse:
    words = step.words[pending.purpose]
    return step.show(
        request, action, visitor, "access/act_code.html", form=form, pending=pending, words=words, beside=step.beside,
        then=str(words.then) % {"name": action.opened_by.name},
        code_url=reverse(step.url, args=[action.code]), again_url=reverse(f"{step.url}_again", args=[action.code]),
    )  # fmt: skip


def act_context(request: HttpRequest, action: Action, visitor: Visitor, now: datetime) -> dict[str, Any]:
    """What every client page of an act shows, whatever its kind."""
    return {
        **page_around(request, visitor),
        "action": action,
        "me": visitor,
        "stage": stage_of(action, visitor, now),
        "late": bool(action.due_on and action.is_open and action.due_on < now.astimezone(action.firm.zone).date()),
        "masked": masked(address_for_mail_about_login(visitor.address).email),
    }
