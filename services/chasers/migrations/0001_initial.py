import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('clocks', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Promise',
            fields=[
            ],
            options={
                'verbose_name': 'promise',
                'verbose_name_plural': 'promises',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('clocks.clocksegment',),
        ),
        migrations.CreateModel(
            name='ChaserRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('clock', models.CharField(max_length=40, verbose_name='clock')),
                ('amount', models.DecimalField(decimal_places=2, help_text='Below zero before it is due, above zero after.', max_digits=7, verbose_name='distance')),
                ('unit', models.CharField(choices=[('minutes', 'working minutes'), ('working_days', 'working days')], default='working_days', max_length=15, verbose_name='unit')),
                ('audience', models.CharField(choices=[('holder', 'Whoever must act'), ('enterprise', 'Enterprise'), ('provider', 'Institution'), ('desk', 'Specialist'), ('caller', 'Follow-up caller'), ('appeals_officer', 'Appeals officer'), ('curator', 'Pool curator'), ('team_lead', 'Team lead'), ('centre_lead', 'Centre lead')], max_length=20, verbose_name='who is told')),
                ('level', models.CharField(choices=[('reminder', 'Reminder'), ('escalation_1', 'First escalation'), ('escalation_2', 'Second escalation')], default='reminder', max_length=15, verbose_name='level')),
                ('channel', models.CharField(choices=[('app', 'In the portal only'), ('mail', 'Mail'), ('text', 'Short message')], default='mail', max_length=4, verbose_name='by')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
            ],
            options={
                'verbose_name': 'chaser',
                'verbose_name_plural': 'chasers',
                'constraints': [models.UniqueConstraint(fields=('clock', 'amount', 'unit', 'audience'), name='chaser_once'), models.CheckConstraint(condition=models.Q(('level', 'reminder'), ('amount__gte', 0), _connector='OR'), name='chaser_escalates_when_due'), models.CheckConstraint(condition=models.Q(models.Q(('amount__range', (-10000, 10000)), ('unit', 'minutes')), models.Q(('amount__range', (-60, 60)), ('unit', 'working_days')), _connector='OR'), name='chaser_distance'), models.CheckConstraint(condition=models.Q(('audience__in', ['holder', 'enterprise', 'provider', 'desk', 'caller', 'appeals_officer', 'curator', 'team_lead', 'centre_lead'])), name='chaser_audience_known')],
            },
        ),
        migrations.CreateModel(
            name='ChaserRuleHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, max_length=40, verbose_name='code')),
                ('clock', models.CharField(max_length=40, verbose_name='clock')),
                ('amount', models.DecimalField(decimal_places=2, help_text='Below zero before it is due, above zero after.', max_digits=7, verbose_name='distance')),
                ('unit', models.CharField(choices=[('minutes', 'working minutes'), ('working_days', 'working days')], default='working_days', max_length=15, verbose_name='unit')),
                ('audience', models.CharField(choices=[('holder', 'Whoever must act'), ('enterprise', 'Enterprise'), ('provider', 'Institution'), ('desk', 'Specialist'), ('caller', 'Follow-up caller'), ('appeals_officer', 'Appeals officer'), ('curator', 'Pool curator'), ('team_lead', 'Team lead'), ('centre_lead', 'Centre lead')], max_length=20, verbose_name='who is told')),
                ('level', models.CharField(choices=[('reminder', 'Reminder'), ('escalation_1', 'First escalation'), ('escalation_2', 'Second escalation')], default='reminder', max_length=15, verbose_name='level')),
                ('channel', models.CharField(choices=[('app', 'In the portal only'), ('mail', 'Mail'), ('text', 'Short message')], default='mail', max_length=4, verbose_name='by')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='chasers.chaserrule')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Chase',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('rule_version', models.PositiveIntegerField()),
                ('subject_kind', models.CharField(choices=[('case', 'case'), ('need', 'need'), ('referral', 'referral'), ('application', 'application'), ('standing', 'appeal about a standing')], max_length=12)),
                ('subject_id', models.PositiveBigIntegerField()),
                ('begun_at', models.DateTimeField(verbose_name='counted from')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('meant_for', models.CharField(choices=[('holder', 'Whoever must act'), ('enterprise', 'Enterprise'), ('provider', 'Institution'), ('desk', 'Specialist'), ('caller', 'Follow-up caller'), ('appeals_officer', 'Appeals officer'), ('curator', 'Pool curator'), ('team_lead', 'Team lead'), ('centre_lead', 'Centre lead')], max_length=20, verbose_name='meant for')),
                ('reached', models.CharField(blank=True, choices=[('holder', 'Whoever must act'), ('enterprise', 'Enterprise'), ('provider', 'Institution'), ('desk', 'Specialist'), ('caller', 'Follow-up caller'), ('appeals_officer', 'Appeals officer'), ('curator', 'Pool curator'), ('team_lead', 'Team lead'), ('centre_lead', 'Centre lead')], max_length=20, verbose_name='told')),
                ('told', models.PositiveSmallIntegerField(default=0, verbose_name='people')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chases', to='chasers.chaserrule', verbose_name='chaser')),
            ],
            options={
                'verbose_name': 'chase',
                'verbose_name_plural': 'chases',
                'constraints': [models.UniqueConstraint(fields=('subject_kind', 'subject_id', 'begun_at', 'rule'), name='chase_once'), models.CheckConstraint(condition=models.Q(models.Q(('reached', ''), ('told', 0)), models.Q(('reached', ''), _negated=True), _connector='OR'), name='chase_told_somebody')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chaserrule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "chasers_chaserrulehistory" ("active", "amount", "audience", "channel", "clock", "code", "id", "level", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit", "version") VALUES (NEW."active", NEW."amount", NEW."audience", NEW."channel", NEW."clock", NEW."code", NEW."id", NEW."level", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."unit", NEW."version"); RETURN NULL;', hash='7e670c13f330a2a21c5c2c2cf41dabe86f14813f', operation='INSERT', pgid='pgtrigger_insert_insert_5f34b', table='chasers_chaserrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chaserrule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "chasers_chaserrulehistory" ("active", "amount", "audience", "channel", "clock", "code", "id", "level", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit", "version") VALUES (NEW."active", NEW."amount", NEW."audience", NEW."channel", NEW."clock", NEW."code", NEW."id", NEW."level", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."unit", NEW."version"); RETURN NULL;', hash='3c074209fcc9a03be79d53d3a2422f26be5d6857', operation='UPDATE', pgid='pgtrigger_update_update_a3f40', table='chasers_chaserrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chaserrule',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "chasers_chaserrulehistory" ("active", "amount", "audience", "channel", "clock", "code", "id", "level", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "unit", "version") VALUES (OLD."active", OLD."amount", OLD."audience", OLD."channel", OLD."clock", OLD."code", OLD."id", OLD."level", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."unit", OLD."version"); RETURN NULL;', hash='ccd116c2c17c2a5c9fe4a7a7e3e4c22e38941e3d', operation='DELETE', pgid='pgtrigger_delete_delete_1f7fc', table='chasers_chaserrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='chaserrulehistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c8c2539d5174ecf15ced6e7dd557c2bc97f5f96e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bea0a', table='chasers_chaserrulehistory', when='BEFORE')),
        ),
    ]
