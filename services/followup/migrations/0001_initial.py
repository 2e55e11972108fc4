import django.core.validators
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
    ]

    operations = [
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=40, verbose_name='rule')),
                ('kind', models.CharField(choices=[('satisfaction', 'Satisfaction'), ('effect', 'Effect'), ('impact', 'Impact')], db_default='satisfaction', default='satisfaction', max_length=20, verbose_name='kind')),
                ('seq', models.PositiveSmallIntegerField(default=1, verbose_name='number')),
                ('state', models.CharField(choices=[('scheduled', 'Planned'), ('due', 'Asked, no answer yet'), ('attempted', 'Called, no answer yet'), ('completed', 'Answered'), ('unreachable', 'Not reachable'), ('waived', 'Waived')], default='scheduled', max_length=20, verbose_name='state')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('token_digest', models.CharField(editable=False, max_length=64, null=True)),
                ('closes_at', models.DateTimeField(null=True, verbose_name='link closes')),
                ('call_at', models.DateTimeField(null=True, verbose_name='call from')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='calls')),
                ('completed_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='cases.case', verbose_name='case')),
                ('referral', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='cases.referral', verbose_name='referral')),
            ],
            options={
                'verbose_name': 'follow-up',
                'verbose_name_plural': 'follow-ups',
                'indexes': [models.Index(fields=['state', 'due_at'], name='followup_due'), models.Index(condition=models.Q(('state__in', ['attempted', 'due'])), fields=['call_at', 'id'], name='followup_to_call'), models.Index(condition=models.Q(('state__in', ['completed', 'unreachable', 'waived']), _negated=True), fields=['case'], name='followup_open_of_case')],
                'constraints': [models.UniqueConstraint(fields=('referral', 'rule', 'seq'), name='followup_once'), models.UniqueConstraint(fields=('token_digest',), name='followup_token_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['satisfaction', 'effect', 'impact'])), name='followup_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['scheduled', 'due', 'attempted', 'completed', 'unreachable', 'waived'])), name='followup_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('completed_at__isnull', False), ('state__in', ['completed', 'unreachable', 'waived'])), models.Q(models.Q(('state__in', ['completed', 'unreachable', 'waived']), _negated=True), ('completed_at', None)), _connector='OR'), name='followup_ended_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('closes_at', None), ('token_digest', None)), models.Q(('closes_at__isnull', False), ('token_digest__isnull', False)), _connector='OR'), name='followup_link_closes'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'waived'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='followup_waived_has_reason'), models.CheckConstraint(condition=models.Q(('attempts__lte', 3)), name='followup_three_calls_at_most')],
            },
        ),
        migrations.CreateModel(
            name='FollowUpAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('link', 'By link'), ('phone', 'By phone'), ('visit', 'On site')], max_length=10, verbose_name='channel')),
                ('outcome', models.CharField(choices=[('sent', 'Link sent'), ('nobody', 'Nobody to send it to'), ('answered', 'Answered'), ('not_reached', 'Not reached'), ('later', 'Asked to call later')], max_length=20, verbose_name='outcome')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('wished_at', models.DateTimeField(null=True, verbose_name='wished time')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('follow_up', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tries', to='followup.followup')),
            ],
            options={
                'verbose_name': 'attempt',
                'verbose_name_plural': 'attempts',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('channel', 'link'), ('outcome__in', ['sent', 'nobody'])), models.Q(('by__isnull', False), ('channel__in', ['phone', 'visit']), ('outcome__in', ['answered', 'not_reached', 'later'])), _connector='OR'), name='followup_try_fits_channel'), models.CheckConstraint(condition=models.Q(('wished_at', None), ('outcome', 'later'), _connector='OR'), name='followup_wish_is_to_be_called_later')],
            },
        ),
        migrations.CreateModel(
            name='FollowUpRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('kind', models.CharField(choices=[('satisfaction', 'Satisfaction'), ('effect', 'Effect'), ('impact', 'Impact')], max_length=20, verbose_name='kind')),
                ('clock', models.CharField(choices=[('follow_up_first', 'first follow-up'), ('follow_up_second', 'second follow-up'), ('impact_half_year', 'impact after half a year'), ('impact_year', 'impact after a year')], max_length=40, verbose_name='clock')),
                ('applies_from', models.DateTimeField(blank=True, help_text='Services confirmed before are not asked about. Needed for every survey that not everybody gets.', null=True, verbose_name='confirmed since')),
                ('active', models.BooleanField(default=False, verbose_name='active')),
                ('board', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.board', verbose_name='board')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.serviceitem', verbose_name='service item')),
            ],
            options={
                'verbose_name': 'follow-up rule',
                'verbose_name_plural': 'follow-up rules',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['satisfaction', 'effect', 'impact'])), name='followup_rule_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('code__in', ('first', 'second')), _negated=True), models.Q(('active', True), ('applies_from', None), ('board', None), ('item', None)), _connector='OR'), name='followup_rule_asks_everybody', violation_error_message='The first and the second follow-up are for every confirmed service.'), models.CheckConstraint(condition=models.Q(('code__in', ('first', 'second')), ('active', False), ('applies_from__isnull', False), _connector='OR'), name='followup_rule_has_a_beginning', violation_error_message='Say from which confirmation on; otherwise every service ever confirmed would be asked about.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'satisfaction'), _negated=True), ('code', 'first'), _connector='OR'), name='followup_rule_one_satisfaction', violation_error_message='The first follow-up alone asks for satisfaction: one service, one rating.')],
            },
        ),
        migrations.CreateModel(
            name='FollowUpRuleHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, max_length=40, verbose_name='code')),
                ('kind', models.CharField(choices=[('satisfaction', 'Satisfaction'), ('effect', 'Effect'), ('impact', 'Impact')], max_length=20, verbose_name='kind')),
                ('clock', models.CharField(choices=[('follow_up_first', 'first follow-up'), ('follow_up_second', 'second follow-up'), ('impact_half_year', 'impact after half a year'), ('impact_year', 'impact after a year')], max_length=40, verbose_name='clock')),
                ('applies_from', models.DateTimeField(blank=True, help_text='Services confirmed before are not asked about. Needed for every survey that not everybody gets.', null=True, verbose_name='confirmed since')),
                ('active', models.BooleanField(default=False, verbose_name='active')),
                ('board', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.board', verbose_name='board')),
                ('item', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.serviceitem', verbose_name='service item')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='followup.followuprule')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SurveyAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grade', models.PositiveSmallIntegerField(choices=[(5, 'Very satisfied'), (4, 'Satisfied'), (3, 'Fairly satisfied'), (2, 'Dissatisfied'), (1, 'Very dissatisfied')], null=True, verbose_name='grade')),
                ('contacted', models.BooleanField(null=True, verbose_name='contacted')),
                ('solved', models.CharField(blank=True, choices=[('yes', 'Yes'), ('partly', 'Partly'), ('no', 'No, not yet')], max_length=10, verbose_name='solved')),
                ('timeliness', models.PositiveSmallIntegerField(choices=[(5, 'Very good'), (4, 'Good'), (3, 'Fair'), (2, 'Poor'), (1, 'Very poor')], null=True, verbose_name='timeliness')),
                ('attitude', models.PositiveSmallIntegerField(choices=[(5, 'Very good'), (4, 'Good'), (3, 'Fair'), (2, 'Poor'), (1, 'Very poor')], null=True, verbose_name='attitude')),
                ('price_clarity', models.PositiveSmallIntegerField(choices=[(5, 'Very good'), (4, 'Good'), (3, 'Fair'), (2, 'Poor'), (1, 'Very poor')], null=True, verbose_name='clarity of the price')),
                ('recommend', models.PositiveSmallIntegerField(null=True, verbose_name='would recommend (0–10)')),
                ('changed', models.TextField(blank=True, verbose_name='what has changed')),
                ('benefit', models.DecimalField(decimal_places=2, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='benefit per year in CNY, self-reported')),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('shares_comment', models.BooleanField(db_default=False, default=False, verbose_name='the institution may read the comment')),
                ('source', models.CharField(choices=[('link', 'By link'), ('account', 'Signed in'), ('spoken', 'Spoken, recorded by staff'), ('api', 'Through the API')], max_length=10, verbose_name='source')),
                ('answered_at', models.DateTimeField(verbose_name='answered')),
                ('amended_at', models.DateTimeField(null=True, verbose_name='amended')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('follow_up', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='followup.followup', verbose_name='follow-up')),
                ('papers', models.ManyToManyField(related_name='+', to='cases.casedocument', verbose_name='files')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'indexes': [models.Index(condition=models.Q(('grade__lte', 2), ('solved', 'no'), _connector='OR'), fields=['id'], name='answer_unhappy')],
                'constraints': [models.CheckConstraint(condition=models.Q(('grade', None), ('grade__range', (1, 5)), _connector='OR'), name='answer_grade_1_to_5'), models.CheckConstraint(condition=models.Q(('solved__in', ['', 'yes', 'partly', 'no'])), name='answer_solved_known'), models.CheckConstraint(condition=models.Q(('recommend', None), ('recommend__range', (0, 10)), _connector='OR'), name='answer_recommend_0_to_10'), models.CheckConstraint(condition=models.Q(('timeliness', None), ('timeliness__range', (1, 5)), _connector='OR'), name='answer_timeliness_1_to_5'), models.CheckConstraint(condition=models.Q(('attitude', None), ('attitude__range', (1, 5)), _connector='OR'), name='answer_attitude_1_to_5'), models.CheckConstraint(condition=models.Q(('price_clarity', None), ('price_clarity__range', (1, 5)), _connector='OR'), name='answer_price_clarity_1_to_5'), models.CheckConstraint(condition=models.Q(('benefit', None), ('benefit__gte', 0), _connector='OR'), name='answer_benefit_not_below_zero'), models.CheckConstraint(condition=models.Q(('amended_at', None), ('amended_at__gte', models.F('answered_at')), _connector='OR'), name='answer_amended_after_it_was_given')],
            },
        ),
        migrations.CreateModel(
            name='SurveyAmendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grade', models.PositiveSmallIntegerField(choices=[(5, 'Very satisfied'), (4, 'Satisfied'), (3, 'Fairly satisfied'), (2, 'Dissatisfied'), (1, 'Very dissatisfied')], null=True, verbose_name='grade')),
                ('contacted', models.BooleanField(null=True, verbose_name='contacted')),
                ('solved', models.CharField(blank=True, choices=[('yes', 'Yes'), ('partly', 'Partly'), ('no', 'No, not yet')], max_length=10, verbose_name='solved')),
                ('timeliness', models.PositiveSmallIntegerField(choices=[(5, 'Very good'), (4, 'Good'), (3, 'Fair'), (2, 'Poor'), (1, 'Very poor')], null=True, verbose_name='timeliness')),
                ('attitude', models.PositiveSmallIntegerField(choices=[(5, 'Very good'), (4, 'Good'), (3, 'Fair'), (2, 'Poor'), (1, 'Very poor')], null=True, verbose_name='attitude')),
                ('price_clarity', models.PositiveSmallIntegerField(choices=[(5, 'Very good'), (4, 'Good'), (3, 'Fair'), (2, 'Poor'), (1, 'Very poor')], null=True, verbose_name='clarity of the price')),
                ('recommend', models.PositiveSmallIntegerField(null=True, verbose_name='would recommend (0–10)')),
                ('changed', models.TextField(blank=True, verbose_name='what has changed')),
                ('benefit', models.DecimalField(decimal_places=2, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='benefit per year in CNY, self-reported')),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('shares_comment', models.BooleanField(db_default=False, default=False, verbose_name='the institution may read the comment')),
                ('source', models.CharField(choices=[('link', 'By link'), ('account', 'Signed in'), ('spoken', 'Spoken, recorded by staff'), ('api', 'Through the API')], max_length=10, verbose_name='source')),
                ('replaced_at', models.DateTimeField(verbose_name='replaced')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='followup.surveyanswer')),
            ],
            options={
                'verbose_name': 'earlier answer',
                'verbose_name_plural': 'earlier answers',
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='followuprule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "followup_followuprulehistory" ("active", "applies_from", "board_id", "clock", "code", "id", "item_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."applies_from", NEW."board_id", NEW."clock", NEW."code", NEW."id", NEW."item_id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='44296d257b4708402e654a7c62989ea8f172bb6d', operation='INSERT', pgid='pgtrigger_insert_insert_69231', table='followup_followuprule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='followuprule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "followup_followuprulehistory" ("active", "applies_from", "board_id", "clock", "code", "id", "item_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."applies_from", NEW."board_id", NEW."clock", NEW."code", NEW."id", NEW."item_id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id"); RETURN NULL;', hash='8d6fa8ffff0e284481753c92315ab6daf0ec835e', operation='UPDATE', pgid='pgtrigger_update_update_40ca9', table='followup_followuprule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='followuprule',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "followup_followuprulehistory" ("active", "applies_from", "board_id", "clock", "code", "id", "item_id", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."active", OLD."applies_from", OLD."board_id", OLD."clock", OLD."code", OLD."id", OLD."item_id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='408be044a43cbf4b85dbe9eb842c9c833267feae', operation='DELETE', pgid='pgtrigger_delete_delete_8bd5f', table='followup_followuprule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='followuprulehistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f98738b17c6c2dd5cc60ac0153698023cc628019', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6d4c6', table='followup_followuprulehistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surveyamendment',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='803175058744c4a8b1a393042bdcfd90ad7287be', operation='DELETE', pgid='pgtrigger_append_only_d6ba5', table='followup_surveyamendment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surveyamendment',
            trigger=pgtrigger.compiler.Trigger(name='only_words_change', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."grade" IS DISTINCT FROM (NEW."grade") OR OLD."contacted" IS DISTINCT FROM (NEW."contacted") OR OLD."solved" IS DISTINCT FROM (NEW."solved") OR OLD."timeliness" IS DISTINCT FROM (NEW."timeliness") OR OLD."attitude" IS DISTINCT FROM (NEW."attitude") OR OLD."price_clarity" IS DISTINCT FROM (NEW."price_clarity") OR OLD."recommend" IS DISTINCT FROM (NEW."recommend") OR OLD."benefit" IS DISTINCT FROM (NEW."benefit") OR OLD."shares_comment" IS DISTINCT FROM (NEW."shares_comment") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."answer_id" IS DISTINCT FROM (NEW."answer_id") OR OLD."replaced_at" IS DISTINCT FROM (NEW."replaced_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='6bcf948408953d51a8cdb73fbc83915432c65a50', operation='UPDATE', pgid='pgtrigger_only_words_change_fecca', table='followup_surveyamendment', when='BEFORE')),
        ),
    ]
