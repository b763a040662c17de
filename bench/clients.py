"""One firm with as many accounts as one likes: people, addresses, switches, groups, tags, requests open, overdue and done."""

from typing import TYPE_CHECKING

from bench.database import Owner

if TYPE_CHECKING:
    from firms.models import Firm, User

ASKED = "2026-11-02 09:00+00"
NOW = "2026-11-05 09:00+00"
TODAY = "2026-11-05"
TABLES = (
    "clients_account", "clients_contact", "clients_address", "clients_accountcontact", "clients_accountaddress", "clients_accounttag",
    "clients_group", "clients_tag", "actions_action", "firms_staff", "firms_user",
)  # fmt: skip

# Eight colleagues beside the owner; 30 groups, 12 tags. Two contacts an account, the second with a second address; one account in a
# hundred has nobody who is notified, one in fifty is archived; one in three has open requests, a third of them overdue.
FILL = f"""
    INSERT INTO firms_user (firm_id, side, email, password, is_active, logins_ended, created_at)
    SELECT %(firm)s, 'staff', 'colleague' || n || 'x' || %(firm)s || '@firm.example', '!', true, 0, '{ASKED}' FROM generate_series(1, 8) n;
    INSERT INTO firms_staff (firm_id, user_id, code, name, job_title, role, rights, language)
    SELECT firm_id, id, 'S' || id, 'Colleague ' || id, '', 'employee', '{{}}', '' FROM firms_user u
    WHERE firm_id = %(firm)s AND NOT EXISTS (SELECT FROM firms_staff s WHERE s.user_id = u.id);
    INSERT INTO clients_group (firm_id, code, name, email)
    SELECT %(firm)s, 'G' || %(firm)s || 'x' || n, 'Group ' || n, '' FROM generate_series(1, 30) n;
    INSERT INTO clients_tag (firm_id, code, name) SELECT %(firm)s, 'T' || %(firm)s || 'x' || n, 'Tag ' || n FROM generate_series(1, 12) n;
    INSERT INTO clients_account (firm_id, code, reference, name, name_key, kind, relation, manager_id, group_id, language, time_zone,
                                 created_at, archived_at)
    SELECT %(firm)s, 'A' || %(firm)s || 'x' || n, 'R' || n, 'Account ' || md5(n::text), 'account ' || md5(n::text), 'company', 'client',
           staff.ids[1 + n %% 9], CASE WHEN n %% 3 = 0 THEN groups.ids[1 + n %% 30] END, '', '', '{ASKED}',
           CASE WHEN n %% 50 = 49 THEN timestamptz '{ASKED}' END
    FROM generate_series(1, %(accounts)s) n,
         (SELECT array_agg(id) AS ids FROM firms_staff WHERE firm_id = %(firm)s) staff,
         (SELECT array_agg(id) AS ids FROM clients_group WHERE firm_id = %(firm)s) groups;
    ANALYZE clients_account;
    INSERT INTO clients_accounttag (firm_id, account_id, tag_id)
    SELECT a.firm_id, a.id, t.id FROM clients_account a JOIN clients_tag t ON t.firm_id = a.firm_id AND (a.id + t.id) %% 6 = 0
    WHERE a.firm_id = %(firm)s;
    INSERT INTO clients_contact (firm_id, code, first_name, last_name, name_key, phone, language, time_zone, created_at)
    SELECT a.firm_id, 'C' || a.id || 'x' || n, 'Nadia', 'Contact ' || a.id, 'contact ' || a.id || ' nadia', '', 'fr', '', '{ASKED}'
    FROM clients_account a, generate_series(1, 2) n WHERE a.firm_id = %(firm)s;
    INSERT INTO clients_accountcontact (firm_id, account_id, contact_id, function)
    SELECT c.firm_id, split_part(substr(c.code, 2), 'x', 1)::bigint, c.id, '' FROM clients_contact c WHERE c.firm_id = %(firm)s;
    ANALYZE clients_contact;
    ANALYZE clients_accountcontact;
    INSERT INTO clients_address (firm_id, code, contact_id, email, email_key, is_primary, logins_ended, created_at)
    SELECT c.firm_id, 'M' || c.id || 'x' || n, c.id, 'c' || c.id || 'x' || n || '@client.example',
           'c' || c.id || 'x' || n || '@client.example', n = 1, 0, '{ASKED}'
    FROM clients_contact c, generate_series(1, 2) n WHERE c.firm_id = %(firm)s AND (n = 1 OR c.code LIKE '%%x2');
    ANALYZE clients_address;
    INSERT INTO clients_accountaddress (firm_id, account_id, address_id, login, notify, email_sync, wants_uploads, wants_signatures,
                                        wants_approvals, wants_chats, wants_proposals, wants_organizers, wants_invoices)
    SELECT l.firm_id, l.account_id, m.id, m.is_primary, m.is_primary AND l.account_id %% 100 <> 0, false, true, true, true, true,
           true, true, true
    FROM clients_accountcontact l JOIN clients_address m ON m.firm_id = l.firm_id AND m.contact_id = l.contact_id
    WHERE l.firm_id = %(firm)s;
    INSERT INTO actions_action (firm_id, account_id, kind, code, title, message, state, refused, due_on, opened_at, opened_by_id, closed_at,
                                closed_by, bumped_at, reminders_on, remind_every_days, remind_max, reminders_sent, counted_from,
                                next_reminder_at, stop_reason)
    SELECT a.firm_id, a.id, 'signature', 'X' || a.id || 'x' || n, 'Document ' || n, '', CASE WHEN n > 3 THEN 'done' ELSE 'open' END, false,
           date '{TODAY}' + (n - 2) * 5, '{ASKED}', staff.id, CASE WHEN n > 3 THEN timestamptz '{ASKED}' END, '', '{ASKED}', n <= 3, 3, 9,
           0, '{ASKED}', CASE WHEN n <= 3 THEN timestamptz '{NOW}' + n * interval '2 days' END, ''
    FROM clients_account a, generate_series(1, 6) n, (SELECT min(id) AS id FROM firms_staff WHERE firm_id = %(firm)s) staff
    WHERE a.firm_id = %(firm)s AND a.id %% 3 = 0 AND a.archived_at IS NULL;
"""


def fill_firm(owner: Owner, firm: "Firm", accounts: int) -> None:
    owner.execute(FILL % {"firm": firm.pk, "accounts": accounts})


def client_with_login(firm: "Firm") -> "User":
    """Somebody who has signed up and stands in three accounts, one of them with requests."""
    from django.contrib.auth.hashers import make_password  # Django is set up for the fresh database only now

    from clients.models import AccountAddress, AccountContact, Address
    from firms.enums import Side
    from firms.models import User

    account_ids = _with_requests(firm)
    address = Address.objects.get(firm=firm, is_primary=True, contact=_first_contact(account_ids[0]))
    user = User.objects.create(
        firm=firm, side=Side.CLIENT, email=address.email, password=make_password("a password"), is_active=True, created_at=ASKED
    )
    Address.objects.filter(pk=address.pk).update(user=user)
    for account in account_ids[1:]:
        AccountContact.objects.create(firm=firm, account_id=account, contact_id=address.contact_id)
        AccountAddress.objects.create(firm=firm, account_id=account, address=address, login=True, notify=True)
    return user


def _with_requests(firm: "Firm") -> list[int]:
    from actions.models import Action  # as above

    return list(Action.objects.filter(firm=firm).order_by("account").values_list("account", flat=True).distinct()[:3])


def _first_contact(account: int) -> int:
    from clients.models import AccountContact  # as above

    return AccountContact.objects.filter(account=account).order_by("pk").values_list("contact", flat=True)[0]
