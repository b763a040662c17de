"""The client's page: read, type one's name, enter the code. It works without JavaScript, and reading changes nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.acting import stage_of
from access.code_step import ActWords, CodeStep, act_context, first_step
from access.doors import Visitor, client_page, get_item_for
from access.rules import Stage
from actions.models import Action
from files.serving import file_response, page_response, pages_of
from kinds.signatures.documents import stored_of
from kinds.signatures.forms import DeclineForm, SignForm
from kinds.signatures.pages import signature_request
from kinds.signatures.queries import signers_of
from kinds.signatures.services import DECLINE, SIGN, finish, send_sign_code
from lib import clock
from reminders.page import zone_name
from ui.forms import posted


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
    return first_step(STEP, request, action, visitor, purpose=SIGN, form=form, text="typed_name")


@client_page
@require_http_methods(["GET", "HEAD", "POST"])
def item_decline(request: HttpRequest, code: str) -> HttpResponse:
    """The first step of a refusal: the reason; then the code is sent."""
    action, visitor = get_item_for(request, code)
    signature_request(action)
    if stage_of(action, visitor, clock.now()) is not Stage.ACT:
        return redirect("item_page", code)
    return first_step(STEP, request, action, visitor, purpose=DECLINE, form=DeclineForm(posted(request)), text="reason")


@client_page
@require_safe
def item_file(request: HttpRequest, code: str) -> HttpResponse:
    action, _visitor = get_item_for(request, code)
    return file_response(stored_of(signature_request(action)))


@client_page
@require_safe
def item_picture(request: HttpRequest, code: str, number: int) -> HttpResponse:
    action, _visitor = get_item_for(request, code)
    return page_response(stored_of(signature_request(action)), number)


# --- What the pages show -------------------------------------------------------------------------------------------------


def show(request: HttpRequest, action: Action, visitor: Visitor, template: str, /, **more: Any) -> HttpResponse:
    detail, code = signature_request(action), action.code
    signers = signers_of(action)
    context = {
        **act_context(request, action, visitor, clock.now()),
        "detail": detail,
        "signers": signers,
        "mine": next((signer for signer in signers if signer.contact.pk == visitor.contact.pk), None),
        "missing": [signer.contact.name for signer in signers if signer.signed_at is None],
        "pages": pages_of(stored_of(detail), lambda number: reverse("item_signature_page", args=[code, number])),
        "zone": zone_name(),
        **more,
    }
    return render(request, template, context)


STEP = CodeStep(
    send=send_sign_code,
    finish=finish,
    show=show,
    pages={SIGN: "signatures/client.html", DECLINE: "signatures/client_decline.html"},
    beside="signatures/_client_document.html",
    url="item_signature_code",
    words={
        SIGN: ActWords(
            button=_("Sign the document"),
            undone=_("nothing is signed"),
            then=_("%(name)s sees at once that you have signed. You get no further reminder."),
        ),
        DECLINE: ActWords(
            button=_("Decline to sign"),
            undone=_("nothing is declined"),
            then=_("%(name)s is told, with your reason. Nobody is reminded any more."),
        ),
    },
)
