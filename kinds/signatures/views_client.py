"""The client's page: read, type one's name, enter the code. It works without JavaScript, and reading changes nothing."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.client_access import address_for_mail_about_login
from access.codes import CodeRefused, masked
from access.doors import Visitor, client_page, get_item_for
from access.look import page_around
from access.rules import Act, Entry
from actions.errors import ActionClosed
from actions.models import Action
from files.serving import file_response, page_response, pages_of
from kinds.signatures.documents import stored_of
from kinds.signatures.forms import CodeForm, DeclineForm, SignForm
from kinds.signatures.pages import signature_request
from kinds.signatures.pending import Pending, forget_pending
from kinds.signatures.queries import progress_of, signers_of
from kinds.signatures.rules import State, is_past, state_of
from kinds.signatures.services import DECLINE, SIGN, decline, may_act, send_sign_code, sign
from lib import clock
from reminders.page import zone_name


def client_view(request: HttpRequest, action: Action, visitor: Visitor) -> HttpResponse:
    """For somebody whom the item's door has let through."""
    return show(request, action, visitor, "signatures/client.html", form=SignForm(account=action.account))


@client_page
@require_POST
def item_sign(request: HttpRequest, code: str) -> HttpResponse:
    """The first step: the name and the tick; then the code is sent."""
    action, visitor = get_item_for(request, code)
    signature_request(action)
    form = SignForm(request.POST, account=action.account)
    if not form.is_valid():
        return show(request, action, visitor, "signatures/client.html", form=form)
    return begin(request, action, visitor, Pending(SIGN, form.cleaned_data["typed_name"], clock.now()), form)


@client_page
@require_http_methods(["GET", "HEAD", "POST"])
def item_decline(request: HttpRequest, code: str) -> HttpResponse:
    """The first step of a refusal: the reason; then the code is sent."""
    action, visitor = get_item_for(request, code)
    form = DeclineForm(request.POST or None)
    if stage_of(action, visitor, clock.now()) != "sign":
        return redirect("item_page", code)
    if not form.is_valid():
        return show(request, action, visitor, "signatures/client_decline.html", form=form)
    return begin(request, action, visitor, Pending(DECLINE, form.cleaned_data["reason"], clock.now()), form)


def begin(request: HttpRequest, action: Action, visitor: Visitor, pending: Pending, form: SignForm | DeclineForm) -> HttpResponse:
    try:
        send_sign_code(action=action, visitor=visitor, purpose=pending.purpose, session=request.session, now=pending.sent_at)
    except ActionClosed:
        return redirect("item_page", action.code)
    except CodeRefused as refused:
        form.add_error(None, str(refused))
        template = "signatures/client.html" if pending.purpose == SIGN else "signatures/client_decline.html"
        return show(request, action, visitor, template, form=form)
    pending.keep(request.session, action.code)
    return redirect("item_signature_code", action.code)


@client_page
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def item_code(request: HttpRequest, code: str) -> HttpResponse:
    """The second step: the six digits from the e-mail. What this browser has begun by a link is no part of a preview."""
    action, visitor = get_item_for(request, code)
    pending = None if visitor.previewed else Pending.of(request.session, code)
    if pending is None or stage_of(action, visitor, clock.now()) != "sign":
        return redirect("item_page", code)
    form = CodeForm(request.POST or None)
    if form.is_valid() and finish(request, action, visitor, pending, form):
        forget_pending(request.session, code)
        return redirect("item_page", code)
    return show(request, action, visitor, "signatures/client_code.html", form=form, pending=pending)


def finish(request: HttpRequest, action: Action, visitor: Visitor, pending: Pending, form: CodeForm) -> bool:
    """Whether it is over: done, or closed by somebody else meanwhile. A refused code stands on the form."""
    code, session, now = form.cleaned_data["code"], request.session, clock.now()
    try:
        if pending.purpose == SIGN:
            agent = request.headers.get("User-Agent", "")
            sign(action=action, visitor=visitor, typed_name=pending.text, code=code, session=session, user_agent=agent, now=now)
        else:
            decline(action=action, visitor=visitor, reason=pending.text, code=code, session=session, now=now)
    except CodeRefused as refused:
        form.add_error("code", str(refused))
        return False
    except ActionClosed:
        return True
    return True


@client_page
@require_POST
def item_code_again(request: HttpRequest, code: str) -> HttpResponse:
    """Another code; the one before is void."""
    action, visitor = get_item_for(request, code)
    pending = Pending.of(request.session, code)
    if pending is None or stage_of(action, visitor, clock.now()) != "sign":
        return redirect("item_page", code)
    form = CodeForm({"code": ""})
    try:
        send_sign_code(action=action, visitor=visitor, purpose=pending.purpose, session=request.session, now=clock.now())
    except CodeRefused as refused:
        form.errors["code"] = form.error_class([str(refused)])
        return show(request, action, visitor, "signatures/client_code.html", form=form, pending=pending)
    Pending(pending.purpose, pending.text, clock.now()).keep(request.session, code)
    return redirect("item_signature_code", code)


@client_page
@require_safe
def item_file(request: HttpRequest, code: str) -> HttpResponse:
    action, _ = get_item_for(request, code)
    return file_response(stored_of(signature_request(action)))


@client_page
@require_safe
def item_picture(request: HttpRequest, code: str, number: int) -> HttpResponse:
    action, _ = get_item_for(request, code)
    return page_response(stored_of(signature_request(action)), number)


# --- What the pages show -------------------------------------------------------------------------------------------------


def stage_of(action: Action, visitor: Visitor, now: datetime) -> str:
    """Which card stands where one signs: sign, signed (by this person), reader, or how it ended."""
    state = state_of(progress_of(action))
    if state in (State.DECLINED, State.WITHDRAWN, State.EXPIRED):
        return state.value
    if is_past(action.expires_on, now.astimezone(action.firm.zone).date()) and state is not State.SIGNED:
        return State.EXPIRED.value
    act = may_act(action, seen_from(visitor, action))
    if act is Act.MAY:
        return "sign"
    return "reader" if act is Act.NOT_NAMED else "signed"


def seen_from(visitor: Visitor, action: Action) -> Visitor:
    """In a preview the page shows what the client could do, and lets nobody do it."""
    return replace(visitor, entry=Entry.OPEN) if visitor.previewed and action.is_open else visitor


def show(request: HttpRequest, action: Action, visitor: Visitor, template: str, **more: Any) -> HttpResponse:
    detail, now, code = signature_request(action), clock.now(), action.code
    signers = signers_of(action)
    context = {
        **page_around(request, visitor),
        "action": action,
        "me": visitor,
        "detail": detail,
        "stage": stage_of(action, visitor, now),
        "late": bool(action.due_on and action.is_open and action.due_on < now.astimezone(action.firm.zone).date()),
        "signers": signers,
        "mine": next((signer for signer in signers if signer.contact.pk == visitor.contact.pk), None),
        "missing": [signer.contact.name for signer in signers if signer.signed_at is None],
        "pages": pages_of(stored_of(detail), lambda number: reverse("item_signature_page", args=[code, number])),
        "masked": masked(address_for_mail_about_login(visitor.address).email),
        "zone": zone_name(),
        **more,
    }
    return render(request, template, context)
