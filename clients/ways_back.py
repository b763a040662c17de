"""Where a form about an account leads once it is saved."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from clients.models import Account, Address, Contact
from clients.names import email_key
from clients.queries import visible_accounts
from firms.models import Staff


def account_page(staff: Staff, account: Account, *, login_for: str = "") -> HttpResponse:
    """The account's page; for `login_for`, an e-mail whose LOGIN is on now, it asks whether to send the invitation (C12).

    The list where the account is out of this person's sight: with another manager.
    """
    if not visible_accounts(staff).filter(pk=account.pk).exists():
        return redirect("account_list")
    to = reverse("account_show", args=[account.code])
    address = Address.objects.filter(firm=account.firm_id, email_key=email_key(login_for)).first() if login_for else None
    return redirect(f"{to}?invite={address.code}" if address else to)


def ask_before_leaving(account: Account, contact: Contact) -> HttpResponse:
    """The account's page, which asks whether whoever has its only active login is really to go (C39)."""
    return redirect(f"{reverse('account_show', args=[account.code])}?leave={contact.code}")
