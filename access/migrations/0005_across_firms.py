"""Which invitation a link belongs to: ids alone. Second steps of sign-in are walled as the users that they belong to."""

from django.db import migrations

from tenancy.operations import definer_function


class Migration(migrations.Migration):
    dependencies = [("access", "0004_invitations"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [
        definer_function(
            "invitation_of_token(token_digest bytea)",
            "TABLE (firm_id bigint, invitation_id bigint)",
            "SELECT firm_id, id FROM access_invitation WHERE digest = token_digest",
        ),
        migrations.RunSQL(
            "ALTER TABLE mfa_authenticator ENABLE ROW LEVEL SECURITY; CREATE POLICY mfa_authenticator_wall ON mfa_authenticator "
            "USING (EXISTS (SELECT 1 FROM firms_user u WHERE u.id = mfa_authenticator.user_id))",
            "DROP POLICY mfa_authenticator_wall ON mfa_authenticator; ALTER TABLE mfa_authenticator DISABLE ROW LEVEL SECURITY",
        ),
    ]
