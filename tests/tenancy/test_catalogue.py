"""What PostgreSQL's own catalogue says of the walls, table by table."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

# Walled all the same: the tenant by its id, the second steps of sign-in by the user that they belong to.
NOT_TENANT = {"firms_firm", "mfa_authenticator"}

pytestmark = pytest.mark.django_db


def rows(query: str, *values: list[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def tenant_tables() -> set[str]:
    found = rows("SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'firm_id'")
    return {str(name) for (name,) in found}


def test_every_model_that_names_a_firm_is_a_tenant_table() -> None:
    declared = {m._meta.db_table for m in apps.get_models() if any(f.name == "firm" for f in m._meta.fields)}
    assert tenant_tables() == declared


def test_every_tenant_table_has_row_level_security_and_one_policy_for_everything() -> None:
    walled = rows(
        "SELECT c.relname, count(p.polname), bool_and(p.polcmd = '*' AND p.polpermissive) FROM pg_class c "
        "LEFT JOIN pg_policy p ON p.polrelid = c.oid WHERE c.relrowsecurity GROUP BY c.relname"
    )
    assert {name: (count, complete) for name, count, complete in walled} == dict.fromkeys(tenant_tables() | NOT_TENANT, (1, True))


def test_every_policy_asks_for_the_entered_firm() -> None:
    conditions = dict[Any, Any](rows("SELECT tablename, qual FROM pg_policies WHERE schemaname = 'public'"))
    entered = "( SELECT (NULLIF(current_setting('app.firm_id'::text, true), ''::text))::bigint AS \"nullif\")"
    expected = dict.fromkeys(tenant_tables(), f"(firm_id = {entered})")
    expected["firms_firm"] = f"(id = {entered})"
    expected["mfa_authenticator"] = "(EXISTS ( SELECT 1\n   FROM firms_user u\n  WHERE (u.id = mfa_authenticator.user_id)))"
    expected["firms_user"] = f"(({entered} IS NULL) OR (firm_id = {entered}))"
    assert conditions == expected


def test_every_key_between_tenant_tables_is_composite() -> None:
    keys = rows(
        "SELECT c.conrelid::regclass::text, c.confrelid::regclass::text, "
        "(SELECT array_agg(attname::text ORDER BY ord) FROM unnest(c.conkey) WITH ORDINALITY k(num, ord) "
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num) FROM pg_constraint c WHERE c.contype = 'f'"
    )
    tenant = tenant_tables()
    wrong = [(table, target, columns) for table, target, columns in keys if {table, target} <= tenant and columns[:1] != ["firm_id"]]
    assert wrong == []


def test_every_relation_of_a_tenant_model_has_its_composite_key() -> None:
    tenant = tenant_tables()
    declared = {
        (m._meta.db_table, f.column)
        for m in apps.get_models()
        for f in m._meta.fields
        if m._meta.db_table in tenant and isinstance(f, models.ForeignKey) and f.remote_field.model._meta.db_table in tenant
    }
    found = rows(
        "SELECT c.conrelid::regclass::text, a.attname::text FROM pg_constraint c "
        "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[2] WHERE c.contype = 'f' AND cardinality(c.conkey) = 2"
    )
    assert {pair for pair in found if pair[0] in tenant} == declared


def test_every_look_up_index_of_a_tenant_table_begins_with_the_firm() -> None:
    allowed = {
        "action_due_firms", "action_expiring_firms", "notice_link", "notice_ready_firms", "notice_urgent_firms", "message_waiting",
        "message_sending",
        "firms_user_one_active_login_per_address", "invitation_link", "way_hook", "message_provider",
    }  # fmt: skip
    indexes = rows(
        "SELECT t.relname::text, i.relname::text, x.indisprimary, a.attname::text FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid "
        "JOIN pg_class t ON t.oid = x.indrelid LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0] "
        "WHERE t.relname = ANY(%s)",
        sorted(tenant_tables()),
    )
    wrong = sorted(
        str(name)
        for table, name, primary, first in indexes
        if not primary and first not in ("firm_id", "code") and name not in allowed and not is_login(str(table), str(first))
    )
    assert wrong == []


def is_login(table: str, column: str) -> bool:
    """Sign-in looks for a login before any firm is known."""
    return (table, column) in {("firms_user", "email"), ("firms_staff", "user_id")}


def test_functions_that_look_across_firms_are_the_listed_ones() -> None:
    functions = rows(
        "SELECT proname::text, prosecdef, proconfig::text, has_function_privilege('public', oid, 'EXECUTE') FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace"
    )
    path = '{"search_path=pg_catalog, public, pg_temp"}'
    names = [
        "active_login_of", "all_firms", "firm_of_code", "firm_of_message", "firms_with_backlog", "firms_with_due_reminders",
        "firms_with_due_reports",
        "firms_with_expired_actions", "firms_with_lines_to_seal", "firms_with_ready_messages", "firms_with_ready_notices",
        "firms_with_reminders_put_off_by_people", "firms_with_reminders_to_take_up", "firms_with_urgent_notices",
        "firms_with_waiting_batches", "firms_with_waiting_imports", "health_of_sending", "invitation_of_token",
        "message_that_came_back", "notice_of_link", "refusals_of_sending", "way_of_hook",
    ]  # fmt: skip
    assert sorted(functions) == [(name, True, path, False) for name in names]


def test_the_application_role_owns_nothing_and_bypasses_nothing() -> None:
    assert rows("SELECT current_user::text, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user") == [
        ("relance_app", False, False, False)
    ]
    assert rows("SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = 'relance_app'") == [(0,)]


@pytest.mark.parametrize("table", ["firms_activityline", "firms_logseal"])
def test_activity_lines_and_seals_can_neither_be_changed_nor_deleted(table: str) -> None:
    granted = rows(
        f"SELECT privilege_type FROM information_schema.table_privileges WHERE table_name = '{table}' AND grantee = 'relance_app'"
    )
    assert {name for (name,) in granted} - {"TRUNCATE"} == {"SELECT", "INSERT"}


def test_of_an_activity_line_only_its_seal_can_be_set() -> None:
    columns = rows(
        "SELECT table_name::text, column_name::text FROM information_schema.column_privileges "
        "WHERE table_name IN ('firms_activityline', 'firms_logseal') AND grantee = 'relance_app' AND privilege_type = 'UPDATE'"
    )
    assert columns == [("firms_activityline", "seal_id")]
