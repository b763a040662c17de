"""The database alone: what PostgreSQL shows and refuses, model by model, when no door is asked."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, models, transaction
from django.db.models import Model

from firms.models import ActivityLine, Firm, LogSeal
from tenancy.context import firm_context
from tests.people import Lumiere, Peeters
from tests.second_steps import give_app
from tests.tenancy.any_row import any_row, keys_of, needed_values, tenant_models

MODELS = [pytest.param(m, id=m._meta.label_lower) for m in tenant_models()]
KEYS = [pytest.param(m, f.name, id=f"{m._meta.label_lower}.{f.name}") for m in tenant_models() for f in keys_of(m)]


def column_of(model: type[Model], field: str) -> str:
    column = model._meta.get_field(field).column  # type: ignore[union-attr]
    return str(column)


def execute(sql: str, *values: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def row_in(model: type[Model], firm: Firm, **values: Any) -> Any:
    with firm_context(firm.pk):
        return any_row(model, firm, **values)


def everything(model: type[Model], firm: Firm) -> list[Any]:
    with firm_context(firm.pk):
        return sorted(model._base_manager.values_list(), key=repr)


@pytest.mark.parametrize("model", MODELS)
def test_no_row_is_seen_from_another_firm(two_firms: tuple[Lumiere, Peeters], model: type[Model]) -> None:
    lumiere, peeters = two_firms
    row = row_in(model, lumiere.firm)
    own = row_in(model, peeters.firm)
    with firm_context(peeters.firm.pk):
        assert list(model._base_manager.filter(pk=row.pk)) == []
        assert list(model._base_manager.filter(firm=lumiere.firm)) == []
        assert model._base_manager.filter(pk=own.pk).count() == 1


@pytest.mark.parametrize("model", MODELS)
def test_no_row_of_a_firm_is_seen_by_raw_sql_of_another(two_firms: tuple[Lumiere, Peeters], model: type[Model]) -> None:
    lumiere, peeters = two_firms
    row_in(model, lumiere.firm)
    with firm_context(peeters.firm.pk), connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}" WHERE firm_id <> %s', [peeters.firm.pk])
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("model", [p for p in MODELS if p.id != "firms.user"])
def test_no_row_is_seen_before_a_firm_is_entered(lumiere_alone: Lumiere, model: type[Model]) -> None:
    row_in(model, lumiere_alone.firm)
    assert list(model._base_manager.all()) == []


def test_no_firm_is_seen_from_another_nor_before_one_is_entered(two_firms: tuple[Lumiere, Peeters]) -> None:
    assert list(Firm.objects.all()) == []
    with firm_context(two_firms[1].firm.pk):
        assert list(Firm.objects.all()) == [two_firms[1].firm]


def test_no_second_step_of_another_firm_is_seen_changed_or_made_by_raw_sql(two_firms: tuple[Lumiere, Peeters]) -> None:
    lumiere, peeters = two_firms
    app, own = give_app(lumiere.claire), give_app(peeters.wim)
    with firm_context(peeters.firm.pk):
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM mfa_authenticator")
            assert cursor.fetchall() == [(own.pk,)]
        assert execute("UPDATE mfa_authenticator SET data = '{}' WHERE id = %s", app.pk) == 0
        assert execute("DELETE FROM mfa_authenticator WHERE id = %s", app.pk) == 0
        with pytest.raises(ProgrammingError, match="row-level security"):
            execute("UPDATE mfa_authenticator SET user_id = %s WHERE id = %s", lumiere.claire.user_id, own.pk)


@pytest.mark.parametrize("model", MODELS)
def test_a_row_cannot_be_inserted_into_another_firm(two_firms: tuple[Lumiere, Peeters], model: type[Model]) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        values = needed_values(model, lumiere.firm)
    before = everything(model, lumiere.firm)
    with firm_context(peeters.firm.pk), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        model._default_manager.create(**values)
    assert everything(model, lumiere.firm) == before


@pytest.mark.parametrize("model", MODELS)
def test_a_row_can_neither_be_changed_nor_deleted_from_another_firm(two_firms: tuple[Lumiere, Peeters], model: type[Model]) -> None:
    lumiere, peeters = two_firms
    row = row_in(model, lumiere.firm)
    before = everything(model, lumiere.firm)
    table, pk = model._meta.db_table, model._meta.pk.column
    with firm_context(peeters.firm.pk):
        assert changed_or_refused(f'UPDATE "{table}" SET firm_id = firm_id WHERE "{pk}" = %s', row.pk) == 0
        assert changed_or_refused(f'DELETE FROM "{table}" WHERE "{pk}" = %s', row.pk) == 0
    assert everything(model, lumiere.firm) == before


@pytest.mark.parametrize("model", [p for p in MODELS if p.values[0] not in (ActivityLine, LogSeal)])
def test_a_row_cannot_be_given_to_another_firm(two_firms: tuple[Lumiere, Peeters], model: type[Model]) -> None:
    lumiere, peeters = two_firms
    row = row_in(model, peeters.firm)
    table, pk = model._meta.db_table, model._meta.pk.column
    with firm_context(peeters.firm.pk), pytest.raises(ProgrammingError, match="row-level security"):
        execute(f'UPDATE "{table}" SET firm_id = %s WHERE "{pk}" = %s', lumiere.firm.pk, row.pk)


@pytest.mark.parametrize(("model", "field"), KEYS)
def test_a_key_into_another_firm_is_refused(two_firms: tuple[Lumiere, Peeters], model: type[Model], field: str) -> None:
    lumiere, peeters = two_firms
    target = model._meta.get_field(field).remote_field.model  # type: ignore[union-attr]
    theirs = row_in(target, lumiere.firm)
    row = row_in(model, peeters.firm)
    with firm_context(peeters.firm.pk):
        with pytest.raises(IntegrityError, match="same_firm"):
            point(model, field, row, theirs)
        own = any_row(target, peeters.firm)
        assert point(model, field, row, own) == 1


def point(model: type[Model], field: str, row: Model, target: Model) -> int:
    """Lets the row refer to the target by plain SQL; the deferred keys are checked at once."""
    with transaction.atomic():
        changed = execute(
            f'UPDATE "{model._meta.db_table}" SET "{column_of(model, field)}" = %s{also_set(model, field)} '
            f'WHERE "{model._meta.pk.column}" = %s',
            target.pk,
            row.pk,
        )
        connection.check_constraints()
    return changed


ALSO_SET = {
    ("notifications.Notice", "user"): ", address_id = NULL, contact_id = NULL",  # it names an address, a user, or what it is a copy of
    ("notifications.Notice", "copy_of"): ", address_id = NULL, contact_id = NULL",
    ("access.Invitation", "address"): ", user_id = NULL, purpose = 'client'",
    ("clients.Contact", "merged_into"): ", archived_at = created_at",
    ("chats.ChatMessage", "staff"): ", contact_id = NULL",  # it is of one side
    ("chats.ReadMark", "staff"): ", contact_id = NULL",
    ("reminders.ReminderSetting", "account"): ", kind = ''",  # it is of a kind, or of an account
}


def also_set(model: type[Model], field: str) -> str:
    """What the checks of the table ask for when it points there."""
    return ALSO_SET.get((model._meta.label, field), "")


def changed_or_refused(sql: str, *values: int) -> int:
    """How many rows changed; activity lines and their seals can be changed by nobody, which is as good as none."""
    try:
        return execute(sql, *values)
    except DatabaseError as error:
        assert "permission denied" in str(error)
        return 0


@pytest.fixture
def lumiere_alone(two_firms: tuple[Lumiere, Peeters]) -> Lumiere:
    """Its firm is not entered."""
    return two_firms[0]


def test_every_relation_between_tenant_models_is_tried() -> None:
    """Plain foreign keys of a tenant model lead to the firm alone; all others are among the keys tried above."""
    plain = {
        f"{m._meta.label}.{f.name}"
        for m in tenant_models()
        for f in m._meta.fields
        if isinstance(f, models.ForeignKey) and f.name != "firm" and f not in keys_of(m)
    }
    assert plain == set()
