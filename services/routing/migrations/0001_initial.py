import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('cases', '0001_initial'),
        ('catalogue', '0001_initial'),
        ('experts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='TrackRecord',
            fields=[
                ('institution', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='track_record', serialize=False, to='experts.institution', verbose_name='institution')),
                ('offered', models.PositiveIntegerField(verbose_name='offers that were answered or ended')),
                ('accepted', models.PositiveIntegerField(verbose_name='accepted')),
                ('hours_to_answer', models.FloatField(null=True, verbose_name='hours to an answer')),
                ('delivered', models.PositiveIntegerField(verbose_name='delivered')),
                ('on_time', models.PositiveIntegerField(verbose_name='on time')),
                ('day', models.DateField(db_index=True, verbose_name='day of reckoning')),
            ],
            options={
                'verbose_name': 'track record',
                'verbose_name_plural': 'track records',
            },
        ),
        migrations.CreateModel(
            name='LadderPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('urgency', models.CharField(blank=True, choices=[('low', 'Low'), ('normal', 'Normal'), ('high', 'High'), ('urgent', 'Urgent')], max_length=10, verbose_name='urgency')),
                ('automatic', models.BooleanField(default=False, verbose_name='ask the next institution automatically')),
                ('rungs', models.PositiveSmallIntegerField(default=3, verbose_name='most automatic offers of one need')),
                ('alarm_after', models.PositiveSmallIntegerField(default=3, verbose_name='refusals and silences after which the team leads of the station are told')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('board', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.board', verbose_name='board')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.serviceitem', verbose_name='service item')),
            ],
            options={
                'verbose_name': 're-offer policy',
                'verbose_name_plural': 're-offer policies',
                'constraints': [models.UniqueConstraint(fields=('board', 'item', 'urgency'), name='ladder_policy_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('alarm_after__gte', 1)), name='ladder_alarm_after_one')],
            },
        ),
        migrations.CreateModel(
            name='LadderPolicyHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('urgency', models.CharField(blank=True, choices=[('low', 'Low'), ('normal', 'Normal'), ('high', 'High'), ('urgent', 'Urgent')], max_length=10, verbose_name='urgency')),
                ('automatic', models.BooleanField(default=False, verbose_name='ask the next institution automatically')),
                ('rungs', models.PositiveSmallIntegerField(default=3, verbose_name='most automatic offers of one need')),
                ('alarm_after', models.PositiveSmallIntegerField(default=3, verbose_name='refusals and silences after which the team leads of the station are told')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('board', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.board', verbose_name='board')),
                ('item', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.serviceitem', verbose_name='service item')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='routing.ladderpolicy')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LadderStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('reoffered', 'Next institution asked'), ('handed_back', 'Back to the specialist'), ('exhausted', 'Nobody left to ask')], max_length=12, verbose_name='outcome')),
                ('reason', models.CharField(blank=True, choices=[('policy', 'The policy leaves it to a person.'), ('rungs', 'The most automatic offers were made.'), ('held', 'Automatic offers are switched off for this need.'), ('unsure', 'There is something to make sure of before the next institution is asked.'), ('asked_before', 'The next in the order was asked before, and the offer was taken back.')], max_length=15, verbose_name='reason')),
                ('rule', models.CharField(max_length=80, verbose_name='rule')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('next', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ladder_step_before', to='cases.referral', verbose_name='next referral')),
                ('referral', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='ladder_step', to='cases.referral', verbose_name='ended referral')),
            ],
            options={
                'verbose_name': 'step of the ladder',
                'verbose_name_plural': 'steps of the ladder',
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['reoffered', 'handed_back', 'exhausted'])), name='ladder_step_outcome_known'), models.CheckConstraint(condition=models.Q(models.Q(('next__isnull', False), ('outcome', 'reoffered')), models.Q(models.Q(('outcome', 'reoffered'), _negated=True), ('next', None)), _connector='OR'), name='ladder_step_reoffered_names_next'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'handed_back'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('outcome', 'handed_back'), _negated=True), ('reason', '')), _connector='OR'), name='ladder_step_handed_back_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='MatchRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('facts', models.JSONField(default=dict)),
                ('rule_version', models.CharField(max_length=40, verbose_name='rule version')),
                ('ranked', models.JSONField(default=list)),
                ('excluded', models.JSONField(default=list)),
                ('resources', models.JSONField(db_default=models.Value([], output_field=models.JSONField()), default=list)),
                ('override_reason', models.TextField(blank=True, verbose_name='why not the first')),
                ('rule', models.CharField(blank=True, db_default='', default='', max_length=80, verbose_name='chosen by the rule')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='chosen by')),
                ('chosen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.institution', verbose_name='chosen')),
                ('first', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.institution', verbose_name='ranked first')),
                ('need', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='match_records', to='cases.need', verbose_name='need')),
                ('referral', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='match_record', to='cases.referral', verbose_name='referral')),
            ],
            options={
                'verbose_name': 'match record',
                'verbose_name_plural': 'match records',
                'indexes': [models.Index(fields=['need', '-id'], name='match_of_need'), models.Index(fields=['at'], name='match_at'), models.Index(condition=models.Q(('override_reason', ''), _negated=True), fields=['-id'], name='match_overriding')],
                'constraints': [models.CheckConstraint(condition=models.Q(('first', models.F('chosen')), models.Q(('override_reason', ''), _negated=True), _connector='OR'), name='match_other_than_first_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', False), ('rule', '')), models.Q(('by', None), models.Q(('rule', ''), _negated=True)), _connector='OR'), name='match_by_person_or_rule')],
            },
        ),
        migrations.CreateModel(
            name='MatchRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True, verbose_name='version')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published')], default='draft', max_length=10, verbose_name='state')),
                ('weights', models.JSONField(verbose_name='weights')),
                ('near_tie', models.FloatField(verbose_name='points within which two count as equally good')),
                ('rating_from', models.PositiveSmallIntegerField(verbose_name='answers from which the rating counts in full')),
                ('stale_after', models.PositiveSmallIntegerField(verbose_name='days after which an unconfirmed entry is stale')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='why it was changed')),
                ('made_at', models.DateTimeField(verbose_name='drafted')),
                ('published_at', models.DateTimeField(null=True, verbose_name='published')),
                ('begins_on', models.DateField(null=True, verbose_name='in force from')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
            ],
            options={
                'verbose_name': 'matching rules',
                'verbose_name_plural': 'matching rules',
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('state',), name='match_rules_one_draft'), models.CheckConstraint(condition=models.Q(models.Q(('begins_on', None), ('published_at', None), ('published_by', None), ('state', 'draft')), models.Q(('published_at__isnull', False), ('published_by__isnull', False), ('state', 'published'), ('begins_on__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='match_rules_published_by_somebody'), models.CheckConstraint(condition=models.Q(('near_tie__gte', 0), ('near_tie__lte', 20)), name='match_rules_near_tie'), models.CheckConstraint(condition=models.Q(('stale_after__gte', 1)), name='match_rules_stale_after_a_day')],
            },
        ),
        migrations.CreateModel(
            name='ScopeCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(blank=True, verbose_name='what the institution said')),
                ('said_at', models.DateTimeField(verbose_name='recorded')),
                ('state', models.CharField(choices=[('open', 'To look at'), ('done', 'Done')], default='open', max_length=5, verbose_name='state')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='what was done')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.institution', verbose_name='institution')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.serviceitem', verbose_name='service item')),
                ('referral', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='scope_correction', to='cases.referral', verbose_name='referral')),
            ],
            options={
                'verbose_name': 'correction of scope',
                'verbose_name_plural': 'corrections of scope',
                'indexes': [models.Index(fields=['state', '-id'], name='scope_correction_queue')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', None), ('state', 'open')), models.Q(('done_at__isnull', False), ('done_by__isnull', False), ('state', 'done')), _connector='OR'), name='scope_correction_done_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='ScopeCorrectionHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('said_at', models.DateTimeField(verbose_name='recorded')),
                ('state', models.CharField(choices=[('open', 'To look at'), ('done', 'Done')], default='open', max_length=5, verbose_name='state')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='what was done')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                ('done_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('institution', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='experts.institution', verbose_name='institution')),
                ('item', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.serviceitem', verbose_name='service item')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='routing.scopecorrection')),
                ('referral', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.referral', verbose_name='referral')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SecondSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('asked', 'Waiting for the second signature'), ('signed', 'Signed by a second person'), ('refused', 'Refused by a second person')], default='asked', max_length=8, verbose_name='state')),
                ('reason', models.CharField(max_length=500, verbose_name='why the operator itself')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='second person')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.institution', verbose_name='institution')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='second_signatures', to='cases.need', verbose_name='need')),
            ],
            options={
                'verbose_name': 'second signature',
                'verbose_name_plural': 'second signatures',
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'refused'), _negated=True), fields=('need', 'institution'), name='second_signature_once'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'asked')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['signed', 'refused'])), _connector='OR'), name='second_signature_by_somebody'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='second_signature_by_another'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='second_signature_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='LadderHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('lifted_reason', models.CharField(blank=True, max_length=500, verbose_name='reason for going on')),
                ('lifted_at', models.DateTimeField(null=True, verbose_name='switched on')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='switched off by')),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='switched on by')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ladder_holds', to='cases.need', verbose_name='need')),
            ],
            options={
                'verbose_name': 'hold of the ladder',
                'verbose_name_plural': 'holds of the ladder',
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('need',), name='ladder_hold_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at', None), ('lifted_by', None), ('lifted_reason', '')), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False), models.Q(('lifted_reason', ''), _negated=True)), _connector='OR'), name='ladder_hold_lifted_by_somebody')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ladderpolicy',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "routing_ladderpolicyhistory" ("alarm_after", "automatic", "board_id", "id", "item_id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rungs", "urgency") VALUES (NEW."alarm_after", NEW."automatic", NEW."board_id", NEW."id", NEW."item_id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."rungs", NEW."urgency"); RETURN NULL;', hash='9affa767c7f08f96f75d7c19c5bd6714a755a8cd', operation='INSERT', pgid='pgtrigger_insert_insert_8546c', table='routing_ladderpolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ladderpolicy',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "routing_ladderpolicyhistory" ("alarm_after", "automatic", "board_id", "id", "item_id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rungs", "urgency") VALUES (NEW."alarm_after", NEW."automatic", NEW."board_id", NEW."id", NEW."item_id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."rungs", NEW."urgency"); RETURN NULL;', hash='6f496445b3b790520f8d61b480a7c253011859e0', operation='UPDATE', pgid='pgtrigger_update_update_d7d3d', table='routing_ladderpolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ladderpolicy',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "routing_ladderpolicyhistory" ("alarm_after", "automatic", "board_id", "id", "item_id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rungs", "urgency") VALUES (OLD."alarm_after", OLD."automatic", OLD."board_id", OLD."id", OLD."item_id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."rungs", OLD."urgency"); RETURN NULL;', hash='12a504dd71638d06262622ea695714d576bbf50b', operation='DELETE', pgid='pgtrigger_delete_delete_26eda', table='routing_ladderpolicy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ladderpolicyhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cc0ed5b30de9e4a2766b873b5060489df52afb91', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3e702', table='routing_ladderpolicyhistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='matchrules',
            trigger=pgtrigger.compiler.Trigger(name='published_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" = \'published\')', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7d4f51ae2d4740d7cdd60b74eb5b1af190932d93', operation='UPDATE OR DELETE', pgid='pgtrigger_published_stays_3341c', table='routing_matchrules', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scopecorrection',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "routing_scopecorrectionhistory" ("done_at", "done_by_id", "id", "institution_id", "item_id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id", "said_at", "state") VALUES (NEW."done_at", NEW."done_by_id", NEW."id", NEW."institution_id", NEW."item_id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."referral_id", NEW."said_at", NEW."state"); RETURN NULL;', hash='7ddad9ac65c1c015e8224911b8e04b239c81fffa', operation='INSERT', pgid='pgtrigger_insert_insert_8024b', table='routing_scopecorrection', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scopecorrection',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."done_at" IS DISTINCT FROM (NEW."done_at") OR OLD."done_by_id" IS DISTINCT FROM (NEW."done_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."institution_id" IS DISTINCT FROM (NEW."institution_id") OR OLD."item_id" IS DISTINCT FROM (NEW."item_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."referral_id" IS DISTINCT FROM (NEW."referral_id") OR OLD."said_at" IS DISTINCT FROM (NEW."said_at") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "routing_scopecorrectionhistory" ("done_at", "done_by_id", "id", "institution_id", "item_id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id", "said_at", "state") VALUES (NEW."done_at", NEW."done_by_id", NEW."id", NEW."institution_id", NEW."item_id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."referral_id", NEW."said_at", NEW."state"); RETURN NULL;', hash='33ce08f1ebd54173caeeffc4d5abca419fb0e400', operation='UPDATE', pgid='pgtrigger_update_update_4c15c', table='routing_scopecorrection', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scopecorrection',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "routing_scopecorrectionhistory" ("done_at", "done_by_id", "id", "institution_id", "item_id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id", "said_at", "state") VALUES (OLD."done_at", OLD."done_by_id", OLD."id", OLD."institution_id", OLD."item_id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."referral_id", OLD."said_at", OLD."state"); RETURN NULL;', hash='b7115a9b30b5bca7b79936859786c1592f47a494', operation='DELETE', pgid='pgtrigger_delete_delete_7e841', table='routing_scopecorrection', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scopecorrectionhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='02f5bf9678a607bd90a5300ecce1d1539bf5a66a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1ab8e', table='routing_scopecorrectionhistory', when='BEFORE')),
        ),
    ]
