import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('clocks', '0001_initial'),
        ('enterprises', '0001_initial'),
        ('experts', '0001_initial'),
        ('reference', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='experts.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'indexes': [models.Index(fields=['institution', 'ends_on'], name='absence_of_institution')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('begins_on'))), name='absence_in_order')],
            },
        ),
        migrations.CreateModel(
            name='AbsenceHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('begins_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='experts.institution', verbose_name='institution')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='directory.absence')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Capability',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('approved', 'Approved'), ('paused', 'Paused'), ('retired', 'Retired')], default='proposed', max_length=10, verbose_name='state')),
                ('designated', models.BooleanField(default=False, verbose_name='designated for these regions')),
                ('fee', models.CharField(choices=[('free', 'Free'), ('subsidised', 'Subsidised'), ('paid', 'Paid')], default='paid', max_length=12, verbose_name='fee')),
                ('price', models.CharField(blank=True, max_length=200, verbose_name='price in words')),
                ('promised_working_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='promised working days')),
                ('scope_note', models.CharField(blank=True, max_length=300, verbose_name='scope in words')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='capabilities', to='experts.institution', verbose_name='institution')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='capabilities', to='catalogue.serviceitem', verbose_name='service item')),
                ('regions', models.ManyToManyField(blank=True, to='reference.region', verbose_name='regions served')),
            ],
            options={
                'verbose_name': 'capability',
                'verbose_name_plural': 'capabilities',
                'indexes': [models.Index(fields=['item', 'state'], name='capability_of_item')],
                'constraints': [models.UniqueConstraint(fields=('institution', 'item'), name='capability_once')],
            },
        ),
        migrations.CreateModel(
            name='CapabilityHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('approved', 'Approved'), ('paused', 'Paused'), ('retired', 'Retired')], default='proposed', max_length=10, verbose_name='state')),
                ('designated', models.BooleanField(default=False, verbose_name='designated for these regions')),
                ('fee', models.CharField(choices=[('free', 'Free'), ('subsidised', 'Subsidised'), ('paid', 'Paid')], default='paid', max_length=12, verbose_name='fee')),
                ('price', models.CharField(blank=True, max_length=200, verbose_name='price in words')),
                ('promised_working_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='promised working days')),
                ('scope_note', models.CharField(blank=True, max_length=300, verbose_name='scope in words')),
                ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='experts.institution', verbose_name='institution')),
                ('item', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.serviceitem', verbose_name='service item')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='directory.capability')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ProviderCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clocks.workcalendar', verbose_name='working calendar')),
                ('institution', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='work_calendar', to='experts.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': "institution's calendar",
                'verbose_name_plural': "institutions' calendars",
            },
        ),
        migrations.CreateModel(
            name='ProviderCalendarHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('calendar', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clocks.workcalendar', verbose_name='working calendar')),
                ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='experts.institution', verbose_name='institution')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='directory.providercalendar')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Relationship',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('consulted', 'Consulted it'), ('certified', 'Certified it'), ('tested', 'Tested for it'), ('owned', 'Same owner')], max_length=12, verbose_name='kind')),
                ('since', models.DateField(verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relationships', to='enterprises.enterprise', verbose_name='enterprise')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relationships', to='experts.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': 'relationship',
                'verbose_name_plural': 'relationships',
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "directory_absencehistory" ("begins_on", "ends_on", "id", "institution_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (NEW."begins_on", NEW."ends_on", NEW."id", NEW."institution_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason"); RETURN NULL;', hash='700368f99e44cb90e954c26d1681b19a155e5148', operation='INSERT', pgid='pgtrigger_insert_insert_2ced5', table='directory_absence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "directory_absencehistory" ("begins_on", "ends_on", "id", "institution_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (NEW."begins_on", NEW."ends_on", NEW."id", NEW."institution_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason"); RETURN NULL;', hash='35eae8537f93594851372589c3b89523193ae21c', operation='UPDATE', pgid='pgtrigger_update_update_cb178', table='directory_absence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "directory_absencehistory" ("begins_on", "ends_on", "id", "institution_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (OLD."begins_on", OLD."ends_on", OLD."id", OLD."institution_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reason"); RETURN NULL;', hash='5d5dc63f654a2088c9ed200fd49823872bf20925', operation='DELETE', pgid='pgtrigger_delete_delete_8dee0', table='directory_absence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absencehistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='533cced03b0081a06a4dafcb2913b127977e5df1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b8f2b', table='directory_absencehistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='capability',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "directory_capabilityhistory" ("designated", "fee", "id", "institution_id", "item_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "promised_working_days", "scope_note", "state") VALUES (NEW."designated", NEW."fee", NEW."id", NEW."institution_id", NEW."item_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."price", NEW."promised_working_days", NEW."scope_note", NEW."state"); RETURN NULL;', hash='f1074204c8bddb1d731cff85f3c8971d42ad2ced', operation='INSERT', pgid='pgtrigger_insert_insert_035f6', table='directory_capability', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='capability',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "directory_capabilityhistory" ("designated", "fee", "id", "institution_id", "item_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "promised_working_days", "scope_note", "state") VALUES (NEW."designated", NEW."fee", NEW."id", NEW."institution_id", NEW."item_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."price", NEW."promised_working_days", NEW."scope_note", NEW."state"); RETURN NULL;', hash='d546b342d3f2101963e7c4ce5dc28a93fe603283', operation='UPDATE', pgid='pgtrigger_update_update_23801', table='directory_capability', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='capability',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "directory_capabilityhistory" ("designated", "fee", "id", "institution_id", "item_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "promised_working_days", "scope_note", "state") VALUES (OLD."designated", OLD."fee", OLD."id", OLD."institution_id", OLD."item_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."price", OLD."promised_working_days", OLD."scope_note", OLD."state"); RETURN NULL;', hash='55360e878ad4aec4264b9fbded92af9d95906d52', operation='DELETE', pgid='pgtrigger_delete_delete_fea14', table='directory_capability', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='capabilityhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='71ab2778365a089f170a8a8867bee1b7da65fe00', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_38605', table='directory_capabilityhistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='providercalendar',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "directory_providercalendarhistory" ("calendar_id", "id", "institution_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."calendar_id", NEW."id", NEW."institution_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='b35086b2a559bee8fc3ba4453564040855d9f5a1', operation='INSERT', pgid='pgtrigger_insert_insert_288eb', table='directory_providercalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='providercalendar',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "directory_providercalendarhistory" ("calendar_id", "id", "institution_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."calendar_id", NEW."id", NEW."institution_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id"); RETURN NULL;', hash='82f644a82a6b60774688206c566ada7f69ef072e', operation='UPDATE', pgid='pgtrigger_update_update_33ee2', table='directory_providercalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='providercalendar',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "directory_providercalendarhistory" ("calendar_id", "id", "institution_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."calendar_id", OLD."id", OLD."institution_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='094ad47f1e7771da6b1b1aab5dff48c8168e7399', operation='DELETE', pgid='pgtrigger_delete_delete_e639d', table='directory_providercalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='providercalendarhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8ee9bcc10e6f4cfc6de811902d6782123e7d9fc8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_72dd1', table='directory_providercalendarhistory', when='BEFORE')),
        ),
    ]
