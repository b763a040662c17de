from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_cache")]

    operations = [
        migrations.AlterModelOptions(name="actcode", options={"ordering": ["-created_at", "-id"]}),
        migrations.AddField(
            model_name="actcode", name="purpose", field=models.CharField(default="sign", max_length=12), preserve_default=False
        ),
    ]
