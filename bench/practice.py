"""Firms with accounts, addresses and open actions by the hundred thousand, written by the owner in bulk."""

from bench.database import Owner, vacuum

FIRMS = 200
CLIENTS = ("clients_account", "clients_accountaddress", "clients_address", "clients_contact", "clients_accountcontact")
ACCOUNTS_PER_FIRM = 250
ASKED = "2026-11-02 09:00+00"

PEOPLE = f"""
    INSERT INTO firms_firm (code, name, time_zone, country, region, language, created_at, email, address_line, phone, website,
                            reply_to, copy_on, copy_to, linkedin, facebook, x, instagram, youtube, whatsapp, tiktok, color, logo,
                            brand_version, show_contact, show_social, show_logo, show_context, require_mfa, set_up_step,
                            send_from, send_until, send_days, sends_at_any_hour)
    SELECT 'F' || n, 'Firm ' || n, 'Europe/Paris', 'FR', '', 'fr', '{ASKED}', 'f' || n || '@firm.example', '', '', '',
           '', false, '', '', '', '', '', '', '', '', '#2b4c9b', '', 1, true, true, true, false, false, 4,
           '08:30', '18:00', '{{0,1,2,3,4}}', true FROM generate_series(1, {FIRMS}) n;
    INSERT INTO firms_user (firm_id, side, email, password, is_active, logins_ended, created_at)
    SELECT id, 'staff', 'owner' || id || '@firm.example', '!', true, 0, '{ASKED}' FROM firms_firm;
    INSERT INTO firms_staff (firm_id, user_id, code, name, job_title, role, rights, language)
    SELECT firm_id, id, 'S' || id, 'Owner ' || id, '', 'owner', '{{}}', '' FROM firms_user;
    INSERT INTO clients_account (firm_id, code, reference, name, name_key, kind, relation, manager_id, language, time_zone,
                                 created_at)
    SELECT s.firm_id, 'A' || s.firm_id || 'x' || n, 'R' || n, 'Account ' || n, 'account ' || n, 'company', 'client', s.id, '', '', '{ASKED}'
    FROM firms_staff s, generate_series(1, {ACCOUNTS_PER_FIRM}) n;
    INSERT INTO clients_contact (firm_id, code, first_name, last_name, name_key, phone, language, time_zone, created_at)
    SELECT firm_id, 'C' || id, 'Nadia', 'Contact ' || id, 'contact ' || id, '', 'fr', '', '{ASKED}' FROM clients_account;
    INSERT INTO clients_address (firm_id, code, contact_id, email, email_key, is_primary, logins_ended, created_at)
    SELECT firm_id, 'M' || id, id, 'c' || id || '@client.example', 'c' || id || '@client.example', true, 0, '{ASKED}' FROM clients_contact;
    INSERT INTO clients_accountcontact (firm_id, account_id, contact_id, function)
    SELECT a.firm_id, a.id, c.id, '' FROM clients_account a JOIN clients_contact c ON c.code = 'C' || a.id;
    INSERT INTO clients_accountaddress (firm_id, account_id, address_id, login, notify, email_sync, wants_uploads, wants_signatures,
                                        wants_approvals, wants_chats, wants_proposals, wants_organizers, wants_invoices)
    SELECT l.firm_id, l.account_id, m.id, false, true, false, true, true, true, true, true, true, true
    FROM clients_accountcontact l JOIN clients_address m ON m.contact_id = l.contact_id;
"""

ACTIONS = f"""
    INSERT INTO actions_action (firm_id, account_id, kind, code, title, message, state, refused, opened_at, opened_by_id, closed_by,
                                bumped_at, reminders_on, remind_every_days, remind_max, reminders_sent, counted_from,
                                next_reminder_at, stop_reason)
    SELECT a.firm_id, a.id, 'signature', 'X' || a.id || 'x' || n, 'Document ' || n, '', 'open', false, '{ASKED}', a.manager_id, '',
           '{ASKED}', true, 30, 50, 0, '{ASKED}', timestamptz '2027-06-01 09:00+00' + n * interval '1 minute', ''
    FROM clients_account a, generate_series(%(first)s, %(last)s) n WHERE substr(a.reference, 2)::int %% %(part)s = 0;
"""


def settle_firms(owner: Owner) -> None:
    owner.execute(PEOPLE)


def open_actions(owner: Owner, *, first: int, last: int, part: int = 1) -> int:
    """Opens actions number `first` to `last` on every `part`th account, none due before 2027; how many there are now."""
    with owner.transaction():
        owner.execute(ACTIONS % {"first": first, "last": last, "part": part})
    vacuum(owner, "actions_action", *CLIENTS)
    row = owner.execute("SELECT count(*) FROM actions_action").fetchone()
    return int(str(row[0])) if row else 0


def make_due(owner: Owner, count: int, at: str) -> None:
    """Lets exactly `count` actions fall due at `at`, spread over all firms, and forgets earlier notices."""
    owner.execute("TRUNCATE notifications_notice, firms_activityline, firms_failedtask CASCADE")
    per_firm = count // FIRMS
    owner.execute(
        "UPDATE actions_action SET next_reminder_at = %s, reminders_sent = 0 WHERE id IN ("
        "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY firm_id ORDER BY id) AS n FROM actions_action) numbered WHERE n <= %s)",
        [at, per_firm],
    )
    vacuum(owner, "actions_action", "notifications_notice")
