from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('firms', '0009_switched_on_and_off'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='logins_ended',
            field=models.PositiveIntegerField(default=0),
        ),
    ]
