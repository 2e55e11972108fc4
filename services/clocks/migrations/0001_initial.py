import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import portal.reference.bilingual
import services.clocks.models
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name='WorkCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name_zh', models.CharField(max_length=80, verbose_name='name (Chinese)')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='name (English)')),
                ('timezone', models.CharField(default='Asia/Shanghai', max_length=40, verbose_name='time zone')),
                ('weekly', models.JSONField(default=dict, verbose_name='weekly windows')),
                ('working_day_minutes', models.PositiveSmallIntegerField(default=420, verbose_name='minutes of a working day')),
                ('is_default', models.BooleanField(default=False, verbose_name='used where no other is named')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('note', models.TextField(blank=True, verbose_name='note')),
            ],
            options={
                'verbose_name': 'working calendar',
                'verbose_name_plural': 'working calendars',
                'constraints': [models.UniqueConstraint(models.F('is_default'), condition=models.Q(('is_default', True)), name='calendar_one_default'), models.CheckConstraint(condition=models.Q(('working_day_minutes__gte', 1), ('working_day_minutes__lte', 1440)), name='calendar_day_length'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='calendar_version')],
            },
            bases=(portal.reference.bilingual.Bilingual, models.Model),
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='date')),
                ('windows', models.JSONField(blank=True, default=list, verbose_name='windows')),
                ('reason', models.CharField(blank=True, max_length=120, verbose_name='reason')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('estimated', models.BooleanField(default=False, verbose_name='estimated: not yet in a notice')),
                ('calendar', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='days', to='clocks.workcalendar', verbose_name='calendar')),
            ],
            options={
                'verbose_name': 'special day',
                'verbose_name_plural': 'special days',
                'constraints': [models.UniqueConstraint(fields=('calendar', 'date'), name='calendar_day_once')],
            },
        ),
        migrations.CreateModel(
            name='WorkCalendarHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, max_length=40, verbose_name='code')),
                ('name_zh', models.CharField(max_length=80, verbose_name='name (Chinese)')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='name (English)')),
                ('timezone', models.CharField(default='Asia/Shanghai', max_length=40, verbose_name='time zone')),
                ('weekly', models.JSONField(default=dict, verbose_name='weekly windows')),
                ('working_day_minutes', models.PositiveSmallIntegerField(default=420, verbose_name='minutes of a working day')),
                ('is_default', models.BooleanField(default=False, verbose_name='used where no other is named')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='clocks.workcalendar')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CalendarDayHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('date', models.DateField(verbose_name='date')),
                ('windows', models.JSONField(blank=True, default=list, verbose_name='windows')),
                ('reason', models.CharField(blank=True, max_length=120, verbose_name='reason')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('estimated', models.BooleanField(default=False, verbose_name='estimated: not yet in a notice')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='clocks.calendarday')),
                ('calendar', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='clocks.workcalendar', verbose_name='calendar')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ClockPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.CharField(max_length=40, verbose_name='clock')),
                ('board', models.CharField(blank=True, max_length=10, verbose_name='board')),
                ('item', models.CharField(blank=True, max_length=20, verbose_name='service item')),
                ('urgency', models.CharField(blank=True, max_length=10, verbose_name='urgency')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=7, verbose_name='limit')),
                ('unit', models.CharField(choices=[('minutes', 'working minutes'), ('working_days', 'working days'), ('calendar_days', 'calendar days')], default='working_days', max_length=15, verbose_name='unit')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('running_from', models.PositiveIntegerField(default=1, editable=False, verbose_name='applies to clocks since version')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
            ],
            options={
                'verbose_name': 'promised time',
                'verbose_name_plural': 'promised times',
                'constraints': [models.UniqueConstraint(fields=('clock', 'board', 'item', 'urgency'), name='policy_once'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='policy_amount'), models.CheckConstraint(condition=models.Q(('running_from__lte', models.F('version'))), name='policy_versions')],
            },
        ),
        migrations.CreateModel(
            name='ClockPolicyHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('clock', models.CharField(max_length=40, verbose_name='clock')),
                ('board', models.CharField(blank=True, max_length=10, verbose_name='board')),
                ('item', models.CharField(blank=True, max_length=20, verbose_name='service item')),
                ('urgency', models.CharField(blank=True, max_length=10, verbose_name='urgency')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=7, verbose_name='limit')),
                ('unit', models.CharField(choices=[('minutes', 'working minutes'), ('working_days', 'working days'), ('calendar_days', 'calendar days')], default='working_days', max_length=15, verbose_name='unit')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('running_from', models.PositiveIntegerField(default=1, editable=False, verbose_name='applies to clocks since version')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='clocks.clockpolicy')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ClockSegment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(choices=[('case', 'case'), ('need', 'need'), ('referral', 'referral'), ('application', 'application'), ('standing', 'appeal about a standing')], max_length=20)),
                ('subject_id', models.PositiveBigIntegerField()),
                ('clock', models.CharField(max_length=40, verbose_name='clock')),
                ('kind', models.CharField(choices=[('run', 'running'), ('pause', 'paused')], max_length=5, verbose_name='kind')),
                ('begun_at', models.DateTimeField(verbose_name='counted from')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('actor', models.CharField(blank=True, max_length=120, verbose_name='set by')),
                ('budget_minutes', models.PositiveIntegerField(null=True, verbose_name='limit in minutes')),
                ('round_the_clock', models.BooleanField(default=False, verbose_name='in calendar days')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due')),
                ('calendar_version', models.PositiveIntegerField()),
                ('policy_version', models.PositiveIntegerField(null=True)),
                ('policy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clocks.clockpolicy', verbose_name='promised time')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clocks.workcalendar', verbose_name='calendar')),
            ],
            options={
                'verbose_name': 'clock segment',
                'verbose_name_plural': 'clock segments',
                'indexes': [models.Index(fields=['subject_kind', 'subject_id', 'clock', 'started_at'], name='segment_subject'), models.Index(condition=models.Q(('ended_at', None), ('kind', 'run')), fields=['clock', 'due_at'], name='segment_due'), models.Index(condition=models.Q(('ended_at', None)), fields=['calendar'], name='segment_calendar'), models.Index(condition=models.Q(('ended_at', None)), fields=['policy'], name='segment_policy')],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('subject_kind', '='), ('subject_id', '='), ('clock', '='), (services.clocks.models.TsTzRange('started_at', 'ended_at', django.contrib.postgres.fields.ranges.RangeBoundary()), '&&')], name='segment_no_overlap'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('subject_kind', 'subject_id', 'clock'), name='segment_one_open'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='segment_ends_after_start'), models.CheckConstraint(condition=models.Q(('started_at__gte', models.F('begun_at'))), name='segment_within_counting'), models.CheckConstraint(condition=models.Q(('kind__in', ['run', 'pause'])), name='segment_kind'), models.CheckConstraint(condition=models.Q(('subject_kind__in', ['case', 'need', 'referral', 'application', 'standing'])), name='segment_subject_kind'), models.CheckConstraint(condition=models.Q(('kind', 'run'), ('due_at', None), _connector='OR'), name='segment_pause_has_no_due'), models.CheckConstraint(condition=models.Q(models.Q(('policy', None), ('policy_version', None)), models.Q(('policy__isnull', False), ('policy_version__isnull', False)), _connector='OR'), name='segment_policy_version')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clockpolicy',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clocks_clockpolicyhistory" ("amount", "board", "clock", "id", "item", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "running_from", "unit", "urgency", "version") VALUES (NEW."amount", NEW."board", NEW."clock", NEW."id", NEW."item", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."running_from", NEW."unit", NEW."urgency", NEW."version"); RETURN NULL;', hash='c096bdef2b6269a9b9e007f89bc9ca927938be62', operation='INSERT', pgid='pgtrigger_insert_insert_bedeb', table='clocks_clockpolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clockpolicy',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "clocks_clockpolicyhistory" ("amount", "board", "clock", "id", "item", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "running_from", "unit", "urgency", "version") VALUES (NEW."amount", NEW."board", NEW."clock", NEW."id", NEW."item", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."running_from", NEW."unit", NEW."urgency", NEW."version"); RETURN NULL;', hash='35c27f3a1334610c9543bc74c9b2418424545f6c', operation='UPDATE', pgid='pgtrigger_update_update_e0eaa', table='clocks_clockpolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clockpolicy',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clocks_clockpolicyhistory" ("amount", "board", "clock", "id", "item", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "running_from", "unit", "urgency", "version") VALUES (OLD."amount", OLD."board", OLD."clock", OLD."id", OLD."item", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."running_from", OLD."unit", OLD."urgency", OLD."version"); RETURN NULL;', hash='4b61f1bf8d43902511f6dc21bb39c77ac90aa647', operation='DELETE', pgid='pgtrigger_delete_delete_abccf', table='clocks_clockpolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workcalendar',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clocks_workcalendarhistory" ("code", "id", "is_default", "name_en", "name_zh", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "source", "timezone", "version", "weekly", "working_day_minutes") VALUES (NEW."code", NEW."id", NEW."is_default", NEW."name_en", NEW."name_zh", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."published_at", NEW."source", NEW."timezone", NEW."version", NEW."weekly", NEW."working_day_minutes"); RETURN NULL;', hash='07f78c1a2cdd92c9e1b0d83c939a6668b1ea7268', operation='INSERT', pgid='pgtrigger_insert_insert_f73af', table='clocks_workcalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workcalendar',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "clocks_workcalendarhistory" ("code", "id", "is_default", "name_en", "name_zh", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "source", "timezone", "version", "weekly", "working_day_minutes") VALUES (NEW."code", NEW."id", NEW."is_default", NEW."name_en", NEW."name_zh", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."published_at", NEW."source", NEW."timezone", NEW."version", NEW."weekly", NEW."working_day_minutes"); RETURN NULL;', hash='9c68183aeeb767eb70e89e5a91e8442160f9329c', operation='UPDATE', pgid='pgtrigger_update_update_98002', table='clocks_workcalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workcalendar',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clocks_workcalendarhistory" ("code", "id", "is_default", "name_en", "name_zh", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "source", "timezone", "version", "weekly", "working_day_minutes") VALUES (OLD."code", OLD."id", OLD."is_default", OLD."name_en", OLD."name_zh", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."published_at", OLD."source", OLD."timezone", OLD."version", OLD."weekly", OLD."working_day_minutes"); RETURN NULL;', hash='541775525657432bd43838da189c98c98910343a', operation='DELETE', pgid='pgtrigger_delete_delete_217e8', table='clocks_workcalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clockpolicyhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ba02493df72266a5705c4f0d41462a033f227244', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_80e35', table='clocks_clockpolicyhistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendardayhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='029b59103a006287202b770b779056587fd74b2f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ea5dd', table='clocks_calendardayhistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarday',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clocks_calendardayhistory" ("calendar_id", "date", "estimated", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "source", "windows") VALUES (NEW."calendar_id", NEW."date", NEW."estimated", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason", NEW."source", NEW."windows"); RETURN NULL;', hash='97e63f8f3c2c0338c9415c3d2d29c754e9803a9b', operation='INSERT', pgid='pgtrigger_insert_insert_7ba27', table='clocks_calendarday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarday',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "clocks_calendardayhistory" ("calendar_id", "date", "estimated", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "source", "windows") VALUES (NEW."calendar_id", NEW."date", NEW."estimated", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason", NEW."source", NEW."windows"); RETURN NULL;', hash='8f2072331c8f079d64a0d4c3a0cf6bdf44cd3b7e', operation='UPDATE', pgid='pgtrigger_update_update_73a7f', table='clocks_calendarday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendarday',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clocks_calendardayhistory" ("calendar_id", "date", "estimated", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "source", "windows") VALUES (OLD."calendar_id", OLD."date", OLD."estimated", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reason", OLD."source", OLD."windows"); RETURN NULL;', hash='aff652d38aefa94347819c6139d552b8d2ff48a8', operation='DELETE', pgid='pgtrigger_delete_delete_0ff04', table='clocks_calendarday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='workcalendarhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3c504e488fea788fbc1b220530ac18368914e4ac', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_77f0c', table='clocks_workcalendarhistory', when='BEFORE')),
        ),
    ]
