"""What is ready in a firm stands in the order of a claim: what was written at one instant is neither all read nor sorted. And by bundle."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("notifications", "0018_urgent")]

    operations = [
        migrations.RemoveIndex(model_name="notice", name="notice_ready_in_firm"),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=Q(("message", None), Q(("verdict", "skip"), _negated=True)),
                fields=["firm", "priority", "not_before", "id"],
                name="notice_ready_in_firm",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=Q(("message", None), Q(("verdict", "skip"), _negated=True), Q(("bundle", ""), _negated=True)),
                fields=["firm", "bundle"],
                name="notice_ready_bundled",
            ),
        ),
    ]
