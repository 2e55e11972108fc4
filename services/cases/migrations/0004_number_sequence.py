from django.db import migrations


class Migration(migrations.Migration):
    """The running part of case numbers: five digits, round again after 99,999."""

    dependencies = [("cases", "0003_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE cases_number MINVALUE 1 MAXVALUE 99999 CYCLE",
            "DROP SEQUENCE cases_number",
        )
    ]
