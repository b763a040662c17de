"""Migration operations for the few functions that look across firms."""

from django.db.migrations import RunSQL


def replaced_function(signature: str, returns: str, body: str, *, before: str) -> RunSQL:
    """Another body for a function that `definer_function` made; `before` is the one that it had. Who may call it stays."""
    return RunSQL(_replace(signature, returns, body), _replace(signature, returns, before))


def _replace(signature: str, returns: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {signature} RETURNS {returns} LANGUAGE sql SECURITY DEFINER "
        f"SET search_path = pg_catalog, public, pg_temp AS $relance$ {body} $relance$"
    )


def definer_function(signature: str, returns: str, body: str) -> RunSQL:
    """A SECURITY DEFINER function in SQL: runs as the owner, so it sees all firms, and must return ids alone, or numbers.

    `signature` as in `due_firms(at timestamptz)`. It has a search path of its own and may be called by relance_app only.
    """
    types = ", ".join(part.split()[-1] for part in signature.split("(", 1)[1].rstrip(")").split(",") if part.strip())
    plain = f"{signature.split('(', 1)[0]}({types})"
    return RunSQL(
        f"CREATE FUNCTION {signature} RETURNS {returns} LANGUAGE sql SECURITY DEFINER "
        f"SET search_path = pg_catalog, public, pg_temp AS $relance$ {body} $relance$; "
        f"REVOKE ALL ON FUNCTION {plain} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {plain} TO relance_app",
        f"DROP FUNCTION {plain}",
    )
