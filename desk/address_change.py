"""Changing an e-mail address, step by step, so that nobody loses their way in: the new one takes the old one's place; it is invited and
becomes active; only then the old one goes (C38-C42, M15)."""

from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from access.client_access import NotReplaced, change_email, is_active, let_successor_in, successor_of
from access.client_states import OnTheWay, PortalState, state_of
from clients.addresses import remove_address
from clients.contact_queries import get_address_to_change
from clients.errors import AddressInUse, Unlinked
from clients.forms import EMAIL_IN_USE
from clients.logins import has_login
from clients.models import Account, AccountAddress, AccountContact, Address
from clients.names import email_key
from clients.queries import find_own_address, find_owner_of_email, get_account_to_change, visible_contacts
from desk.account_asked import Asked, Question
from desk.account_switches import say_invited
from desk.address_states import State, portal_state
from firms.actors import Actor
from firms.doors import staff_of, staff_only
from firms.login_refusals import LoginRefused, explaining_refusals
from firms.logins import refuse_login_in_use
from firms.models import Staff
from lib import clock
from ui.forms import posted
from ui.toasts import toast


class NewEmailForm(forms.Form):
    required_css_class = "required"

    email = forms.EmailField(label=gettext_lazy("New e-mail address"), max_length=254)

    def __init__(self, data: object = None, *, staff: Staff, old: Address) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.staff, self.old = staff, old

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email_key(email) == self.old.email_key:
            raise forms.ValidationError(_("This is the address that is to be replaced. Type the new one."))
        owner = find_owner_of_email(self.staff.firm, email)
        if owner is not None and owner.pk != self.old.contact_id:
            seen = visible_contacts(self.staff).filter(pk=owner.pk).exists()
            raise forms.ValidationError(_("This is an address of %(name)s already.") % {"name": owner.name} if seen else EMAIL_IN_USE)
        return email


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a change has come. `new` is empty before step one, and again where the new address was removed since."""

    step: int
    new: Address | None = None
    on_the_way: OnTheWay | None = None
    login: bool = False  # of the new one

    @property
    def is_past_two(self) -> bool:
        return self.step == 3

    @property
    def is_invited(self) -> bool:
        return self.login and self.on_the_way is not None and self.on_the_way.invited_at is not None

    @property
    def state(self) -> State | None:
        return portal_state(self.on_the_way) if self.login and self.on_the_way else None


def progress_of(old: Address) -> Progress:
    new = successor_of(old)
    if old.unlinked_at is None or new is None:
        return Progress(1 if old.unlinked_at is None else 2)
    on_the_way, login = state_of(new), has_login(new) and stands_in_everywhere(new, old)
    is_in = login and on_the_way.state is PortalState.ACTIVE
    return Progress(3 if is_in else 2, new, on_the_way, login)


def stands_in_everywhere(new: Address, old: Address) -> bool:
    """Whether LOGIN of the new address is on wherever the old one has it: only then nobody is locked out without the old one."""
    logins = AccountAddress.objects.filter(firm=old.firm_id, login=True)
    taken_over = logins.filter(address=new).values("account")
    return not logins.filter(address=old).exclude(account__in=taken_over).exists()


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def address_change(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    """GET shows how far the change has come; POST is step one."""
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    old = get_address_to_change(staff, account, address_code)
    form = NewEmailForm(posted(request), staff=staff, old=old)
    if request.method == "POST" and form.is_valid():
        new = replace(request, account, old, form)
        if new is not None:
            return after_step_one(request, account, old, new)
    context = {"account": account, "old": old, "form": form, "others": count_others(account, old), "signs_in": signs_in(old)}
    progress = progress_of(old)
    asked = Asked(Question.FINISH, old, successor=progress.new) if "finish" in request.GET and progress.step == 2 else None
    return render(request, "desk/address_change.html", {**context, "progress": progress, "asked": asked})


def replace(request: HttpRequest, account: Account, old: Address, form: NewEmailForm) -> Address | None:
    """None where the form says why not. Whoever has LOGIN needs an address that can become a login: so that is asked first."""
    staff, email = staff_of(request), form.cleaned_data["email"]
    own = find_own_address(old.contact, email)
    try:
        with explaining_refusals(staff.firm, email, new_login=has_login(old) and not (own and is_active(own))):
            if has_login(old):
                refuse_login_in_use(email, own.user if own else None)
            return change_email(account=account, old=old, email=email, by=Actor.staff(staff, request), now=clock.now())
    except LoginRefused as refused:
        form.add_error("email", str(refused))
    except AddressInUse:
        form.add_error("email", EMAIL_IN_USE)
    except Unlinked:
        form.add_error(None, _("A colleague has replaced this address meanwhile. Reload the page to see by which."))
    return None


def after_step_one(request: HttpRequest, account: Account, old: Address, new: Address) -> HttpResponse:
    """On to step two; where nobody signed in with the old address it has gone, and the account's page asks what is left to ask."""
    toast(request, _("%(new)s has taken the place of %(old)s.") % {"new": new.email, "old": old.email})
    if Address.objects.filter(firm=old.firm_id, pk=old.pk).exists():
        return redirect("address_change", account.code, old.code)
    return redirect(f"{reverse('account_show', args=[account.code])}?invite={new.code}")


def signs_in(old: Address) -> bool:
    return has_login(old) and is_active(old)


def count_others(account: Account, old: Address) -> int:
    """In how many other accounts the person stands: an address is changed in all of them."""
    return AccountContact.objects.filter(firm=account.firm_id, contact=old.contact_id).exclude(account=account).count()


@staff_only
@require_POST
def address_change_invite(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    """Step two: LOGIN on for the new address, and the invitation; or the invitation once more."""
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    old = get_address_to_change(staff, account, address_code)
    new = successor_of(old)
    if new is None:
        raise Http404
    by, now = Actor.staff(staff, request), clock.now()
    try:
        say_invited(request, new, lambda: let_successor_in(old=old, by=by, now=now))
    except (NotReplaced, Unlinked):  # removed or replaced since
        raise Http404 from None
    return redirect("address_change", account.code, old.code)


@staff_only
@require_POST
def address_change_finish(request: HttpRequest, code: str, address_code: str) -> HttpResponse:
    """Step three: the old address goes, in every account, and its login with it. Before its time the page asks first; the answer comes
    with `sure=on`."""
    staff = staff_of(request)
    account = get_account_to_change(staff, code)
    old = get_address_to_change(staff, account, address_code)
    if old.unlinked_at is None:
        raise Http404
    if "sure" not in request.POST and progress_of(old).step != 3:
        return redirect(f"{reverse('address_change', args=[account.code, old.code])}?finish")
    remove_address(account=account, address=old, by=Actor.staff(staff, request), now=clock.now())
    toast(request, _("%(email)s was removed and no longer signs in. The change is done.") % {"email": old.email})
    return redirect("account_show", account.code)
