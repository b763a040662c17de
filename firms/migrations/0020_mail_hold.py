"""Holding all that leaves to clients: columns of the firm, and the words for it."""

from django.db import migrations, models

from firms.enums import FailedTaskKind, Verb


class Migration(migrations.Migration):

    dependencies = [
        ('firms', '0019_taken_over'),
    ]

    operations = [
        migrations.AddField(
            model_name='firm',
            name='mail_held_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='firm',
            name='mail_held_by',
            field=models.CharField(blank=True, db_default='', max_length=160),
        ),
        migrations.AddField(
            model_name='firm',
            name='mail_held_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='firm',
            name='mail_hold_origin',
            field=models.CharField(blank=True, choices=[('staff', 'Staff'), ('operator', 'Whoever runs Relance for you'), ('backlog', 'Relance: e-mails have waited too long')], db_default='', max_length=8),
        ),
        migrations.AddField(
            model_name='firm',
            name='mail_hold_reason',
            field=models.CharField(blank=True, db_default='', max_length=160),
        ),
        migrations.AddField(
            model_name='firm',
            name='mail_released_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='activityline',
            name='verb',
            field=models.CharField(choices=Verb.choices, max_length=24),
        ),
        migrations.AlterField(
            model_name='failedtask',
            name='kind',
            field=models.CharField(choices=FailedTaskKind.choices, max_length=20),
        ),
        migrations.AddIndex(
            model_name='firm',
            index=models.Index(condition=models.Q(('mail_held_at__isnull', False)), fields=['id'], name='firm_holds_mail'),
        ),
        migrations.AddConstraint(
            model_name='firm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mail_held_at__isnull', False), models.Q(('mail_hold_origin', ''), _negated=True)), models.Q(('mail_held_at', None), ('mail_held_until', None), ('mail_hold_origin', '')), _connector='OR'), name='firm_mail_held_as_a_whole'),
        ),
    ]
