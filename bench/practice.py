"""Firms with accounts, addresses and open actions by the hundred thousand, written by the owner in bulk."""

from bench.database import Owner, vacuum

FIRMS = 200
# Four firms have 5,000 due, sixteen 1,250, eighty 500, a hundred 200: 500 each on average, two an account.
ACCOUNTS = "CASE WHEN place <= 4 THEN 2500 WHEN place <= 20 THEN 625 WHEN place <= 100 THEN 250 ELSE 100 END"
CLIENTS = ("clients_account", "clients_accountaddress", "clients_address", "clients_contact", "clients_accountcontact")
OUTBOX = ("notifications_notice", "notifications_message")
ASKED = "2026-11-02 09:00+00"

PEOPLE = f"""
    INSERT INTO firms_firm (code, name, time_zone, country, region, language, created_at, email, address_line, phone, website,
                            reply_to, copy_on, copy_to, linkedin, facebook, x, instagram, youtube, whatsapp, tiktok, color, logo,
                            brand_version, show_contact, show_social, show_logo, show_context, require_mfa, set_up_step,
                            send_from, send_until, send_days, sends_at_any_hour)
    SELECT 'F' || n, 'Firm ' || n, 'Europe/Paris', 'FR', '', 'fr', '{ASKED}', 'f' || n || '@firm.example', '', '', '',
           '', false, '', '', '', '', '', '', '', '', '#2b4c9b', '', 1, true, true, true, false, false, 4,
           '08:30', '18:00', '{{0,1,2,3,4}}', false FROM generate_series(1, %(firms)s) n;
    INSERT INTO firms_user (firm_id, side, email, password, is_active, logins_ended, created_at)
    SELECT id, 'staff', 'owner' || id || '@firm.example', '!', true, 0, '{ASKED}' FROM firms_firm;
    INSERT INTO firms_staff (firm_id, user_id, code, name, job_title, role, rights, language)
    SELECT firm_id, id, 'S' || id, 'Owner ' || id, '', 'owner', '{{}}', '' FROM firms_user;
    INSERT INTO clients_account (firm_id, code, reference, name, name_key, kind, relation, manager_id, language, time_zone,
                                 created_at)
    SELECT s.firm_id, 'A' || s.firm_id || 'x' || n, 'R' || n, 'Account ' || n, 'account ' || n, 'company', 'client', s.id, '', '', '{ASKED}'
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS place FROM firms_staff) s,
         generate_series(1, %(accounts)s) n;
    INSERT INTO clients_contact (firm_id, code, first_name, last_name, name_key, phone, language, time_zone, created_at)
    SELECT firm_id, 'C' || id || 'x' || n, 'Nadia', 'Contact ' || id, 'contact ' || id, '', CASE WHEN id %% 5 = 0 THEN 'en' ELSE '' END,
           CASE WHEN id %% 20 = 0 THEN 'Europe/London' ELSE '' END, '{ASKED}' FROM clients_account, generate_series(1, 2) n;
    INSERT INTO clients_accountcontact (firm_id, account_id, contact_id, function)
    SELECT a.firm_id, a.id, c.id, '' FROM clients_account a JOIN clients_contact c ON c.code IN ('C' || a.id || 'x1', 'C' || a.id || 'x2');
    INSERT INTO clients_address (firm_id, code, contact_id, email, email_key, is_primary, logins_ended, created_at)
    SELECT firm_id, 'M' || id, id, 'c' || id || '@client.example', 'c' || id || '@client.example', true, 0, '{ASKED}' FROM clients_contact;
    INSERT INTO clients_accountaddress (firm_id, account_id, address_id, login, notify, email_sync, wants_uploads, wants_signatures,
                                        wants_approvals, wants_chats, wants_proposals, wants_organizers, wants_invoices)
    SELECT l.firm_id, l.account_id, m.id, false, true, false, true, true, true, true, true, true, true
    FROM clients_accountcontact l JOIN clients_address m ON m.contact_id = l.contact_id;
"""

ACTIONS = f"""
    INSERT INTO actions_action (firm_id, account_id, kind, code, title, message, state, refused, opened_at, opened_by_id, closed_by,
                                bumped_at, reminders_on, remind_every_days, remind_max, reminders_sent, counted_from, scheduled_at,
                                next_reminder_at, stop_reason)
    SELECT a.firm_id, a.id, CASE WHEN n %% 2 = 1 THEN 'signature' ELSE 'client_task' END, 'X' || a.id || 'x' || n, 'Document ' || n,
           'Please look at it by the end of the week.', 'open', false, '{ASKED}', a.manager_id, '', '{ASKED}', true, 3, 2, 0,
           timestamptz '2027-06-01 09:00+00' - interval '3 days', '{ASKED}',
           timestamptz '2027-06-01 09:00+00' + n * interval '1 minute', ''
    FROM clients_account a, generate_series(%(first)s, %(last)s) n WHERE a.id %% %(part)s = 0;
"""

# Both contacts sign; a list has two tasks; each address was told as it was asked.
DETAILS = f"""
    INSERT INTO actions_actionparty (firm_id, action_id, contact_id, role)
    SELECT a.firm_id, a.id, l.contact_id, 'signer' FROM actions_action a JOIN clients_accountcontact l USING (firm_id, account_id)
    WHERE a.kind = 'signature' AND a.next_reminder_at = '%(at)s';
    INSERT INTO client_tasks_tasklist (firm_id, action_id, due_follows)
    SELECT firm_id, id, true FROM actions_action WHERE kind = 'client_task' AND next_reminder_at = '%(at)s';
    INSERT INTO client_tasks_task (firm_id, list_id, code, position, text, details, done_by, doer)
    SELECT firm_id, action_id, 'T' || action_id || 'x' || n, n, 'Task ' || n, '', '', ''
    FROM client_tasks_tasklist, generate_series(1, 2) n;
    INSERT INTO notifications_message (firm_id, code, audience, message_id, to_email, language, subject, template_version, outcome, tries,
                                       fence, in_doubt, provider_id, answer, created_at, sent_at)
    SELECT a.firm_id, 'N' || a.id || 'x' || u.address_id, 'client', '<' || a.id || 'x' || u.address_id || '@firm.example>', m.email, 'fr',
           a.title, '1', 'sent', 1, 1, false, '', '250 OK', '{ASKED}', '{ASKED}'
    FROM actions_action a JOIN clients_accountaddress u USING (firm_id, account_id) JOIN clients_address m ON m.id = u.address_id
    WHERE a.next_reminder_at = '%(at)s';
    INSERT INTO notifications_notice (firm_id, audience, event, key, number, action_id, account_id, contact_id, address_id, email, verdict,
                                      reason, decided_at, not_before, priority, values, link_digest, message_id)
    SELECT a.firm_id, 'client', 'signature_requested', 'request:' || a.id || ':' || m.id, 0, a.id, a.account_id, m.contact_id, m.id,
           m.email, 'send', 'notify_on', '{ASKED}', '{ASKED}', 10, '{{}}', sha256(convert_to(e.code, 'UTF8')), e.id
    FROM actions_action a JOIN clients_accountaddress u USING (firm_id, account_id) JOIN clients_address m ON m.id = u.address_id
    JOIN notifications_message e ON e.firm_id = a.firm_id AND e.message_id = '<' || a.id || 'x' || m.id || '@firm.example>'
    WHERE a.next_reminder_at = '%(at)s';
"""


def settle_firms(owner: Owner, firms: int = FIRMS, accounts: str = ACCOUNTS) -> None:
    """`accounts` is SQL: how many the firm in that `place` has, each with two people of one address."""
    owner.execute(PEOPLE % {"firms": firms, "accounts": accounts})


def open_actions(owner: Owner, *, first: int, last: int, part: int = 1) -> int:
    """Opens actions number `first` to `last` on every `part`th account, none due before 2027; how many there are now."""
    with owner.transaction():
        owner.execute(ACTIONS % {"first": first, "last": last, "part": part})
    vacuum(owner, "actions_action", *CLIENTS)
    row = owner.execute("SELECT count(*) FROM actions_action").fetchone()
    return int(str(row[0])) if row else 0


def make_due(owner: Owner, share: int, at: str, asked: str = ASKED) -> int:
    """Lets every `share`th account's newest two actions fall due at `at`, three days after they were `asked`, and forgets what was told
    before; how many are due."""
    with owner.transaction():
        owner.execute("TRUNCATE notifications_notice, notifications_message, firms_activityline, firms_failedtask, client_tasks_tasklist, "
                      "actions_actionparty CASCADE")  # fmt: skip
        due = owner.execute(
            "UPDATE actions_action SET next_reminder_at = %(at)s, "
            "counted_from = %(asked)s::timestamptz - id %% 3600 * interval '1 second', reminders_sent = 0, stop_reason = '' "
            "WHERE id IN (SELECT id FROM (SELECT id, account_id, row_number() OVER (PARTITION BY account_id ORDER BY id) AS place "
            "FROM actions_action WHERE account_id %% %(share)s = 0) numbered WHERE place <= 2)",
            {"at": at, "asked": asked, "share": share},
        ).rowcount
        owner.execute("ANALYZE actions_action")  # else few are believed to be due, and each is looked for among all of its firm
        owner.execute(DETAILS % {"at": at})
    vacuum(owner, "actions_action", "actions_actionparty", "client_tasks_tasklist", "client_tasks_task", *OUTBOX)
    return due
