"""What must be true before a process serves anybody; otherwise it stops with one sentence."""

from django.db import OperationalError, connection

UNFIT = """
    SELECT current_user,
           (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user),
           EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)
"""


def refuse_unfit_database() -> None:
    """Raises `SystemExit` when the database cannot be reached, or when its role could pass the wall between firms."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(UNFIT)
            role, bypasses, owns = cursor.fetchone()
    except OperationalError as error:
        raise SystemExit(f"Relance cannot reach its database: {str(error).strip().splitlines()[0]}") from None
    if bypasses:
        raise SystemExit(f"Relance refuses to run as {role}: this role bypasses row-level security. Use relance_app.")
    if owns:
        raise SystemExit(f"Relance refuses to run as {role}: this role owns tables. Use relance_app.")
