"""The client's page: read, tick, enter the code; or refuse and say why. It works without JavaScript, and reading changes nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access.acting import stage_of
from access.code_step import ActWords, CodeStep, act_context, first_step
from access.doors import Visitor, client_page, get_item_for
from access.rules import Stage
from actions.models import Action
from actions.queries import with_parties
from kinds.approvals.forms import ApproveForm, RefuseForm
from kinds.approvals.pages import CLIENT, document_context, documents_for, send_file, send_page, send_picture
from kinds.approvals.queries import approvers_of, documents_of, require_approval
from kinds.approvals.services import APPROVE, REFUSE, finish, send_approval_code
from lib import clock
from reminders.page import zone_name
from ui.forms import posted


def client_view(request: HttpRequest, action: Action, visitor: Visitor) -> HttpResponse:
    """For somebody whom the item's door has let through."""
    return show(request, action, visitor, "approvals/client.html")


@client_page
@require_POST
def item_approve(request: HttpRequest, code: str) -> HttpResponse:
    """The first step: the tick; then the code is sent."""
    action, visitor = get_item_for(request, code)
    require_approval(action)
    form = ApproveForm(request.POST, count=len(documents_of(action)), account=action.account.name)
    return first_step(STEP, request, action, visitor, purpose=APPROVE, form=form)


@client_page
@require_http_methods(["GET", "HEAD", "POST"])
def item_refuse(request: HttpRequest, code: str) -> HttpResponse:
    """The first step of a refusal: the comment; then the code is sent."""
    action, visitor = get_item_for(request, code)
    require_approval(action)
    if stage_of(action, visitor, clock.now()) is not Stage.ACT:
        return redirect("item_page", code)
    return first_step(STEP, request, action, visitor, purpose=REFUSE, form=RefuseForm(posted(request)), text="comment")


@client_page
@require_safe
def item_document(request: HttpRequest, code: str, position: int) -> HttpResponse:
    """One document, all its pages and what they say."""
    action, visitor = get_item_for(request, code)
    require_approval(action)
    context = {**act_context(request, action, visitor, clock.now()), **document_context(action, position, CLIENT)}
    return render(request, "approvals/client_document.html", context)


@client_page
@require_safe
def item_file(request: HttpRequest, code: str, position: int) -> HttpResponse:
    action, _visitor = get_item_for(request, code)
    return send_file(action, position, CLIENT)


@client_page
@require_safe
def item_document_page(request: HttpRequest, code: str, position: int, number: int) -> HttpResponse:
    action, _visitor = get_item_for(request, code)
    return send_page(action, position, number, CLIENT)


@client_page
@require_safe
def item_picture(request: HttpRequest, code: str, position: int) -> HttpResponse:
    action, _visitor = get_item_for(request, code)
    return send_picture(action, position, CLIENT)


# --- What the pages show -------------------------------------------------------------------------------------------------


def show(request: HttpRequest, action: Action, visitor: Visitor, template: str, /, **more: Any) -> HttpResponse:
    require_approval(action)
    approvers, documents = approvers_of(with_parties(action)), documents_for(action, CLIENT)
    context = {
        **act_context(request, action, visitor, clock.now()),
        "documents": documents,
        "form": ApproveForm(count=len(documents), account=action.account.name),
        "approvers": approvers,
        "mine": next((each.answer for each in approvers if each.contact_id == visitor.contact.pk), None),
        "refused": next((each.answer for each in approvers if each.answer and not each.answer.approved), None),
        "missing": [each.name for each in approvers if each.answer is None],
        "zone": zone_name(),
        **more,
    }
    return render(request, template, context)


STEP = CodeStep(
    send=send_approval_code,
    finish=finish,
    show=show,
    pages={APPROVE: "approvals/client.html", REFUSE: "approvals/client_refuse.html"},
    beside="approvals/_client_documents.html",
    url="item_approval_code",
    words={
        APPROVE: ActWords(
            button=_("Approve"),
            undone=_("nothing is approved"),
            then=_("%(name)s sees at once that you have approved. You get no further reminder."),
        ),
        REFUSE: ActWords(
            button=_("Refuse"),
            undone=_("nothing is refused"),
            then=_("%(name)s is told, with your comment. Nobody is reminded any more."),
        ),
    },
)
