import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Handed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('referral', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.referral', verbose_name='referral')),
            ],
            options={
                'verbose_name': 'mark of a delivery',
                'verbose_name_plural': 'marks of deliveries',
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dated', models.SlugField(db_index=False, max_length=60)),
                ('row_id', models.PositiveBigIntegerField()),
                ('due_on', models.DateField(verbose_name='due')),
                ('days', models.SmallIntegerField(verbose_name='days before')),
                ('at', models.DateTimeField(verbose_name='when')),
            ],
            options={
                'verbose_name': 'mark of a reminder',
                'verbose_name_plural': 'marks of reminders',
                'constraints': [models.UniqueConstraint(fields=('dated', 'row_id', 'due_on', 'days'), name='boardreminder_once')],
            },
        ),
        migrations.CreateModel(
            name='ReminderRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dated', models.SlugField(db_index=False, max_length=60, verbose_name='what falls due')),
                ('days', models.SmallIntegerField(verbose_name='days before')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'constraints': [models.UniqueConstraint(fields=('dated', 'days'), name='reminderrule_once'), models.CheckConstraint(condition=models.Q(('days__range', (-365, 730))), name='reminderrule_days')],
            },
        ),
        migrations.CreateModel(
            name='ReminderRuleHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('dated', models.SlugField(db_index=False, max_length=60, verbose_name='what falls due')),
                ('days', models.SmallIntegerField(verbose_name='days before')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='boards.reminderrule')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reminderrule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "boards_reminderrulehistory" ("active", "dated", "days", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."dated", NEW."days", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='c06a44248244443fe45bd5ef6266818498417c74', operation='INSERT', pgid='pgtrigger_insert_insert_96ef0', table='boards_reminderrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reminderrule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "boards_reminderrulehistory" ("active", "dated", "days", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."dated", NEW."days", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id"); RETURN NULL;', hash='bdb52975f87ba6001267ca5b8d155a4814ad4306', operation='UPDATE', pgid='pgtrigger_update_update_19cc4', table='boards_reminderrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reminderrule',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "boards_reminderrulehistory" ("active", "dated", "days", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."active", OLD."dated", OLD."days", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='aeebf9f89b891f9acb3bd5f91c210dcfb5ce1091', operation='DELETE', pgid='pgtrigger_delete_delete_cf815', table='boards_reminderrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reminderrulehistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='98f963304cf73a500c59940a7c948bad7bfd45b4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7f413', table='boards_reminderrulehistory', when='BEFORE')),
        ),
    ]
