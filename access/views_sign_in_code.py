"""Signing in at a firm's page with a code from an e-mail: one page to ask for it, one to type it."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from access.codes import CodeRefused
from access.doors import SIGN_IN_FIRM, no_entry, private
from access.forms import CodeForm, WhoForm
from access.look import brand_of
from access.sign_in_codes import asked_in, check_sign_in_code, request_sign_in_code
from firms.models import Firm
from lib import clock, network
from tenancy.context import current_firm_id
from ui.forms import posted
from ui.toasts import toast

FORM = ["GET", "HEAD", "POST"]


def here() -> Firm | None:
    """The firm of the page, which has been entered."""
    return Firm.objects.filter(pk=current_firm_id() or 0).first()


@require_http_methods(FORM)
def client_code_ask(request: HttpRequest, code: str) -> HttpResponse:
    """One answer, whoever the address belongs to."""
    firm = here()
    if firm is None:
        return no_entry(request)
    form = WhoForm(posted(request))
    if form.is_valid():
        try:
            request_sign_in_code(
                firm=firm, email=form.cleaned_data["email"], network=network.network_of(request), session=request.session, now=clock.now()
            )
            request.session[SIGN_IN_FIRM] = firm.pk
            return redirect("client_code_enter", firm.code)
        except CodeRefused as refused:
            form.add_error(None, str(refused))
    return shown(request, "access/sign_in_code_ask.html", firm, form=form)


@sensitive_post_parameters("code")
@require_http_methods(FORM)
def client_code_enter(request: HttpRequest, code: str) -> HttpResponse:
    firm = here()
    if firm is None:
        return no_entry(request)
    asked = asked_in(request.session, firm)
    if asked is None:
        return redirect("client_code_ask", firm.code)
    form = CodeForm(posted(request))
    ask_again = False
    if form.is_valid():
        try:
            user = check_sign_in_code(firm=firm, session=request.session, typed=form.cleaned_data["code"])
        except CodeRefused as refused:
            form.add_error("code", str(refused))
            ask_again = refused.ask_again
        else:
            record_authentication(request, user, method="code", email=user.email)
            return perform_login(request, Login(user=user))  # type: ignore[no-any-return]  # a second step is asked for where there is one
    return shown(request, "access/sign_in_code_enter.html", firm, form=form, email=asked.email, ask_again=ask_again)


@require_http_methods(["POST"])
def client_code_again(request: HttpRequest, code: str) -> HttpResponse:
    firm = here()
    if firm is None:
        return no_entry(request)
    asked = asked_in(request.session, firm)
    if asked is not None:
        try:
            request_sign_in_code(
                firm=firm, email=asked.email, network=network.network_of(request), session=request.session, now=clock.now()
            )
            toast(request, _("A new code is on its way; the earlier one no longer works."))
        except CodeRefused as refused:
            toast(request, str(refused))
    return redirect("client_code_enter", firm.code)


def shown(request: HttpRequest, template: str, firm: Firm, **context: object) -> HttpResponse:
    return private(render(request, template, {"brand": brand_of(firm), "firm_code": firm.code, **context}), "same-origin")
