import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import portal.reference.bilingual
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Board',
            fields=[
                ('code', models.CharField(max_length=4, primary_key=True, serialize=False, verbose_name='code')),
                ('slug', models.SlugField(unique=True, verbose_name='slug')),
                ('name_zh', models.CharField(max_length=40, verbose_name='name (Chinese)')),
                ('name_en', models.CharField(max_length=80, verbose_name='name (English)')),
                ('service_class', models.CharField(choices=[('nqi', 'Quality infrastructure'), ('customised', 'Customised')], max_length=20, verbose_name='counted as')),
                ('order', models.PositiveSmallIntegerField(verbose_name='position')),
            ],
            options={
                'verbose_name': 'board',
                'verbose_name_plural': 'boards',
            },
            bases=(portal.reference.bilingual.Bilingual, models.Model),
        ),
        migrations.CreateModel(
            name='ServiceItem',
            fields=[
                ('code', models.CharField(max_length=10, primary_key=True, serialize=False, verbose_name='code')),
                ('order', models.PositiveSmallIntegerField(verbose_name='position')),
                ('active', models.BooleanField(default=True, verbose_name='offered')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('name_zh', models.CharField(max_length=120, verbose_name='name (Chinese)')),
                ('name_en', models.CharField(max_length=160, verbose_name='name (English)')),
                ('summary_zh', models.TextField(verbose_name='summary (Chinese)')),
                ('summary_en', models.TextField(verbose_name='summary (English)')),
                ('required_credentials', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name='required credentials')),
                ('credential_mode', models.CharField(choices=[('all', 'All of them'), ('any', 'One of them'), ('preferred', 'Preferred')], max_length=10, verbose_name='of these')),
                ('credential_rules', models.JSONField(blank=True, default=list, verbose_name='credential rules by answer')),
                ('designated_only', models.BooleanField(default=False, verbose_name='designated bodies only')),
                ('conflict_role', models.CharField(choices=[('none', 'None'), ('certify', 'Certifies or assesses'), ('consult', 'Consults'), ('test', 'Tests first'), ('retest', 'Tests again'), ('appraise', 'Appraises')], default='none', max_length=10, verbose_name='conflict role')),
                ('qualification_zh', models.TextField(blank=True, verbose_name='qualification (Chinese)')),
                ('qualification_en', models.TextField(blank=True, verbose_name='qualification (English)')),
                ('promised_working_days', models.PositiveSmallIntegerField(verbose_name='promised working days')),
                ('promise_covers', models.CharField(max_length=20, verbose_name='the promise covers')),
                ('turnaround_zh', models.TextField(blank=True, verbose_name='usual duration (Chinese)')),
                ('turnaround_en', models.TextField(blank=True, verbose_name='usual duration (English)')),
                ('turnaround_basis', models.CharField(blank=True, max_length=20, verbose_name='basis of the duration')),
                ('deadline_question', models.CharField(blank=True, max_length=60, null=True, verbose_name='deadline question')),
                ('delivery', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None, verbose_name='delivers')),
                ('result_zh', models.CharField(blank=True, max_length=200, verbose_name='result (Chinese)')),
                ('result_en', models.CharField(blank=True, max_length=200, verbose_name='result (English)')),
                ('intake_questions', models.JSONField(blank=True, default=list, verbose_name='questions')),
                ('keywords', models.JSONField(blank=True, default=dict, verbose_name='keywords')),
                ('basis', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name='basis')),
                ('search', django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ('source_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('board', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='catalogue.board', verbose_name='board')),
            ],
            options={
                'verbose_name': 'service item',
                'verbose_name_plural': 'service items',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['search'], name='serviceitem_search')],
                'constraints': [models.UniqueConstraint(fields=('board', 'order'), name='serviceitem_position')],
            },
            bases=(portal.reference.bilingual.Bilingual, models.Model),
        ),
        migrations.CreateModel(
            name='ServiceItemHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('code', models.CharField(max_length=10, serialize=False, verbose_name='code')),
                ('order', models.PositiveSmallIntegerField(verbose_name='position')),
                ('active', models.BooleanField(default=True, verbose_name='offered')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('name_zh', models.CharField(max_length=120, verbose_name='name (Chinese)')),
                ('name_en', models.CharField(max_length=160, verbose_name='name (English)')),
                ('summary_zh', models.TextField(verbose_name='summary (Chinese)')),
                ('summary_en', models.TextField(verbose_name='summary (English)')),
                ('required_credentials', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name='required credentials')),
                ('credential_mode', models.CharField(choices=[('all', 'All of them'), ('any', 'One of them'), ('preferred', 'Preferred')], max_length=10, verbose_name='of these')),
                ('credential_rules', models.JSONField(blank=True, default=list, verbose_name='credential rules by answer')),
                ('designated_only', models.BooleanField(default=False, verbose_name='designated bodies only')),
                ('conflict_role', models.CharField(choices=[('none', 'None'), ('certify', 'Certifies or assesses'), ('consult', 'Consults'), ('test', 'Tests first'), ('retest', 'Tests again'), ('appraise', 'Appraises')], default='none', max_length=10, verbose_name='conflict role')),
                ('qualification_zh', models.TextField(blank=True, verbose_name='qualification (Chinese)')),
                ('qualification_en', models.TextField(blank=True, verbose_name='qualification (English)')),
                ('promised_working_days', models.PositiveSmallIntegerField(verbose_name='promised working days')),
                ('promise_covers', models.CharField(max_length=20, verbose_name='the promise covers')),
                ('turnaround_zh', models.TextField(blank=True, verbose_name='usual duration (Chinese)')),
                ('turnaround_en', models.TextField(blank=True, verbose_name='usual duration (English)')),
                ('turnaround_basis', models.CharField(blank=True, max_length=20, verbose_name='basis of the duration')),
                ('deadline_question', models.CharField(blank=True, max_length=60, null=True, verbose_name='deadline question')),
                ('delivery', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None, verbose_name='delivers')),
                ('result_zh', models.CharField(blank=True, max_length=200, verbose_name='result (Chinese)')),
                ('result_en', models.CharField(blank=True, max_length=200, verbose_name='result (English)')),
                ('intake_questions', models.JSONField(blank=True, default=list, verbose_name='questions')),
                ('keywords', models.JSONField(blank=True, default=dict, verbose_name='keywords')),
                ('basis', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name='basis')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('board', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.board', verbose_name='board')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='catalogue.serviceitem')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='serviceitem',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "catalogue_serviceitemhistory" ("active", "basis", "board_id", "code", "conflict_role", "credential_mode", "credential_rules", "deadline_question", "delivery", "designated_only", "intake_questions", "keywords", "name_en", "name_zh", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promise_covers", "promised_working_days", "qualification_en", "qualification_zh", "required_credentials", "result_en", "result_zh", "summary_en", "summary_zh", "turnaround_basis", "turnaround_en", "turnaround_zh", "updated_at", "version") VALUES (NEW."active", NEW."basis", NEW."board_id", NEW."code", NEW."conflict_role", NEW."credential_mode", NEW."credential_rules", NEW."deadline_question", NEW."delivery", NEW."designated_only", NEW."intake_questions", NEW."keywords", NEW."name_en", NEW."name_zh", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."code", NEW."promise_covers", NEW."promised_working_days", NEW."qualification_en", NEW."qualification_zh", NEW."required_credentials", NEW."result_en", NEW."result_zh", NEW."summary_en", NEW."summary_zh", NEW."turnaround_basis", NEW."turnaround_en", NEW."turnaround_zh", NEW."updated_at", NEW."version"); RETURN NULL;', hash='f6ce7b1147757e37bd2accf8662191e8f8744958', operation='INSERT', pgid='pgtrigger_insert_insert_d6182', table='catalogue_serviceitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='serviceitem',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."active" IS DISTINCT FROM (NEW."active") OR OLD."basis" IS DISTINCT FROM (NEW."basis") OR OLD."board_id" IS DISTINCT FROM (NEW."board_id") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."conflict_role" IS DISTINCT FROM (NEW."conflict_role") OR OLD."credential_mode" IS DISTINCT FROM (NEW."credential_mode") OR OLD."credential_rules" IS DISTINCT FROM (NEW."credential_rules") OR OLD."deadline_question" IS DISTINCT FROM (NEW."deadline_question") OR OLD."delivery" IS DISTINCT FROM (NEW."delivery") OR OLD."designated_only" IS DISTINCT FROM (NEW."designated_only") OR OLD."intake_questions" IS DISTINCT FROM (NEW."intake_questions") OR OLD."keywords" IS DISTINCT FROM (NEW."keywords") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."order" IS DISTINCT FROM (NEW."order") OR OLD."promise_covers" IS DISTINCT FROM (NEW."promise_covers") OR OLD."promised_working_days" IS DISTINCT FROM (NEW."promised_working_days") OR OLD."qualification_en" IS DISTINCT FROM (NEW."qualification_en") OR OLD."qualification_zh" IS DISTINCT FROM (NEW."qualification_zh") OR OLD."required_credentials" IS DISTINCT FROM (NEW."required_credentials") OR OLD."result_en" IS DISTINCT FROM (NEW."result_en") OR OLD."result_zh" IS DISTINCT FROM (NEW."result_zh") OR OLD."summary_en" IS DISTINCT FROM (NEW."summary_en") OR OLD."summary_zh" IS DISTINCT FROM (NEW."summary_zh") OR OLD."turnaround_basis" IS DISTINCT FROM (NEW."turnaround_basis") OR OLD."turnaround_en" IS DISTINCT FROM (NEW."turnaround_en") OR OLD."turnaround_zh" IS DISTINCT FROM (NEW."turnaround_zh") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func='INSERT INTO "catalogue_serviceitemhistory" ("active", "basis", "board_id", "code", "conflict_role", "credential_mode", "credential_rules", "deadline_question", "delivery", "designated_only", "intake_questions", "keywords", "name_en", "name_zh", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promise_covers", "promised_working_days", "qualification_en", "qualification_zh", "required_credentials", "result_en", "result_zh", "summary_en", "summary_zh", "turnaround_basis", "turnaround_en", "turnaround_zh", "updated_at", "version") VALUES (NEW."active", NEW."basis", NEW."board_id", NEW."code", NEW."conflict_role", NEW."credential_mode", NEW."credential_rules", NEW."deadline_question", NEW."delivery", NEW."designated_only", NEW."intake_questions", NEW."keywords", NEW."name_en", NEW."name_zh", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."code", NEW."promise_covers", NEW."promised_working_days", NEW."qualification_en", NEW."qualification_zh", NEW."required_credentials", NEW."result_en", NEW."result_zh", NEW."summary_en", NEW."summary_zh", NEW."turnaround_basis", NEW."turnaround_en", NEW."turnaround_zh", NEW."updated_at", NEW."version"); RETURN NULL;', hash='06bcc60500f591588ed05176a597d8c29078c3c1', operation='UPDATE', pgid='pgtrigger_update_update_8602f', table='catalogue_serviceitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='serviceitem',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "catalogue_serviceitemhistory" ("active", "basis", "board_id", "code", "conflict_role", "credential_mode", "credential_rules", "deadline_question", "delivery", "designated_only", "intake_questions", "keywords", "name_en", "name_zh", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promise_covers", "promised_working_days", "qualification_en", "qualification_zh", "required_credentials", "result_en", "result_zh", "summary_en", "summary_zh", "turnaround_basis", "turnaround_en", "turnaround_zh", "updated_at", "version") VALUES (OLD."active", OLD."basis", OLD."board_id", OLD."code", OLD."conflict_role", OLD."credential_mode", OLD."credential_rules", OLD."deadline_question", OLD."delivery", OLD."designated_only", OLD."intake_questions", OLD."keywords", OLD."name_en", OLD."name_zh", OLD."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."code", OLD."promise_covers", OLD."promised_working_days", OLD."qualification_en", OLD."qualification_zh", OLD."required_credentials", OLD."result_en", OLD."result_zh", OLD."summary_en", OLD."summary_zh", OLD."turnaround_basis", OLD."turnaround_en", OLD."turnaround_zh", OLD."updated_at", OLD."version"); RETURN NULL;', hash='0994fd18839411640a141b7b9ebc5ba1d1bc1ed2', operation='DELETE', pgid='pgtrigger_delete_delete_08c0a', table='catalogue_serviceitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='serviceitemhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6884465490ed8d1e582d54e277ef26f67c348770', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0d50a', table='catalogue_serviceitemhistory', when='BEFORE')),
        ),
    ]
