from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('firms', '0004_sealing_and_guide'),
    ]

    operations = [
        migrations.AddField(
            model_name='firm',
            name='set_up_step',
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
