"""The database wall, declared in `Meta.constraints` so that makemigrations writes it. See docs/tenancy.md."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement
from django.db.models.constraints import BaseConstraint

CURRENT_FIRM = "(SELECT NULLIF(current_setting('app.firm_id', true), '')::bigint)"

Model = type[models.Model]


class Wall(BaseConstraint):
    """Row-level security: a session sees and writes the rows of the firm it has entered, and none before.

    `column` holds the firm's id. With `open_before_entry` the rows are visible while no firm is entered (sign-in needs users).
    """

    def __init__(self, *, name: str, column: str = "firm_id", open_before_entry: bool = False) -> None:
        super().__init__(name=name)
        self.column = column
        self.open_before_entry = open_before_entry

    def _condition(self) -> str:
        inside = f"{self.column} = {CURRENT_FIRM}"
        return f"{CURRENT_FIRM} IS NULL OR {inside}" if self.open_before_entry else inside

    def _statements(self, model: Model, editor: BaseDatabaseSchemaEditor) -> str:
        table = editor.quote_name(model._meta.db_table)
        return (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; "
            f"CREATE POLICY {editor.quote_name(self.name)} ON {table} USING ({self._condition()})"
        )

    def constraint_sql(self, model: Model | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str | None:  # type: ignore[override]
        assert model is not None and schema_editor is not None
        schema_editor.deferred_sql.append(self._statements(model, schema_editor))
        return None

    def create_sql(self, model: Model | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model is not None and schema_editor is not None
        return self._statements(model, schema_editor)

    def remove_sql(self, model: Model | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model is not None and schema_editor is not None
        table = schema_editor.quote_name(model._meta.db_table)
        return f"DROP POLICY {schema_editor.quote_name(self.name)} ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing for a form to check: the database alone decides."""

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        options: dict[str, Any] = {"name": self.name}
        if self.column != "firm_id":
            options["column"] = self.column
        if self.open_before_entry:
            options["open_before_entry"] = True
        return f"{type(self).__module__}.{type(self).__qualname__}", (), options

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wall) and self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__


class SameFirm(BaseConstraint):
    """A composite foreign key, `(firm_id, <field>_id)` to `(firm_id, id)`: a row cannot point into another firm."""

    def __init__(self, field: str, *, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def _statement(self, model: Model, editor: BaseDatabaseSchemaEditor) -> Statement:
        quote = editor.quote_name
        key = model._meta.get_field(self.field)
        assert isinstance(key, models.ForeignKey)
        target, column = key.remote_field.model._meta, str(key.column)
        sql = (
            f"ALTER TABLE %(table)s ADD CONSTRAINT {quote(self.name)} FOREIGN KEY (firm_id, {quote(column)}) "
            f"REFERENCES {quote(target.db_table)} (firm_id, {quote(str(target.pk.column))}) DEFERRABLE INITIALLY DEFERRED"
        )
        return Statement(sql, table=quote(model._meta.db_table))

    def constraint_sql(self, model: Model | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str | None:  # type: ignore[override]
        return self.create_sql(model, schema_editor)

    def create_sql(self, model: Model | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str | None:  # type: ignore[override]
        # Deferred: the unique key that it points to may be made later in the same migration.
        assert model is not None and schema_editor is not None
        schema_editor.deferred_sql.append(str(self._statement(model, schema_editor)))
        return None

    def remove_sql(self, model: Model | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model is not None and schema_editor is not None
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing for a form to check: its choices come from the firm, and the database refuses the rest."""

    def deconstruct(self) -> tuple[str, tuple[str], dict[str, Any]]:
        return f"{type(self).__module__}.{type(self).__qualname__}", (self.field,), {"name": self.name}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameFirm) and self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__


def walled(table: str, *keys: str, pk: str = "id") -> list[BaseConstraint]:
    """All that a tenant table needs: the wall, the unique `(firm, pk)` others point to, and a `SameFirm` for each key.

    `table` begins the names of the constraints; `keys` are the names of its `FirmKey` fields.
    """
    return [
        Wall(name=f"{table}_wall"),
        models.UniqueConstraint(fields=["firm", pk], name=f"{table}_firm_{pk}"),
        *(SameFirm(key, name=f"{table}_{key}_same_firm") for key in keys),
    ]
