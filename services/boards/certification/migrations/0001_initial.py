import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import portal.reference.bilingual
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('enterprises', '0001_initial'),
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Roadmap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(verbose_name='entered')),
                ('changed_at', models.DateTimeField(verbose_name='last changed')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='put away')),
                ('retired_why', models.CharField(blank=True, max_length=200, verbose_name='why put away')),
                ('laboratory', models.CharField(max_length=120, verbose_name='laboratory')),
                ('aim', models.CharField(choices=[('cnas', 'CNAS laboratory accreditation'), ('cma', 'CMA mandatory approval')], default='cnas', max_length=10, verbose_name='aim')),
                ('scope', models.TextField(blank=True, max_length=2000, verbose_name='what it tests or calibrates')),
                ('begun_on', models.DateField(blank=True, null=True, verbose_name='begun on')),
                ('apply_on', models.DateField(blank=True, null=True, verbose_name='to be applied for on')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.enterprise', verbose_name='enterprise')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.attachment', verbose_name='paper')),
            ],
            options={
                'verbose_name': 'accreditation roadmap',
                'verbose_name_plural': 'accreditation roadmaps',
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('enterprise', 'laboratory', 'aim'), name='roadmap_once'), models.CheckConstraint(condition=models.Q(('aim__in', ['cnas', 'cma'])), name='roadmap_aim_known'), models.CheckConstraint(condition=models.Q(('apply_on', None), ('begun_on', None), ('apply_on__gte', models.F('begun_on')), _connector='OR'), name='roadmap_days')],
            },
        ),
        migrations.CreateModel(
            name='RoadmapHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(verbose_name='entered')),
                ('changed_at', models.DateTimeField(verbose_name='last changed')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='put away')),
                ('retired_why', models.CharField(blank=True, max_length=200, verbose_name='why put away')),
                ('laboratory', models.CharField(max_length=120, verbose_name='laboratory')),
                ('aim', models.CharField(choices=[('cnas', 'CNAS laboratory accreditation'), ('cma', 'CMA mandatory approval')], default='cnas', max_length=10, verbose_name='aim')),
                ('scope', models.TextField(blank=True, max_length=2000, verbose_name='what it tests or calibrates')),
                ('begun_on', models.DateField(blank=True, null=True, verbose_name='begun on')),
                ('apply_on', models.DateField(blank=True, null=True, verbose_name='to be applied for on')),
                ('enterprise', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise', verbose_name='enterprise')),
                ('paper', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='files.attachment', verbose_name='paper')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='certification.roadmap')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(verbose_name='entered')),
                ('changed_at', models.DateTimeField(verbose_name='last changed')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='put away')),
                ('retired_why', models.CharField(blank=True, max_length=200, verbose_name='why put away')),
                ('scheme', models.CharField(choices=[('qms', 'Quality management system'), ('ems', 'Environmental management system'), ('ohs', 'Occupational health and safety management system'), ('food', 'Food safety management system or HACCP'), ('energy', 'Energy management system'), ('information', 'Information security management system'), ('system', 'Another management system'), ('ccc', 'China Compulsory Certification'), ('product', 'Voluntary product certification'), ('service', 'Service certification'), ('cnas', 'CNAS laboratory accreditation'), ('cma', 'CMA mandatory approval'), ('other', 'Other')], default='qms', max_length=20, verbose_name='scheme')),
                ('number', models.CharField(max_length=100, verbose_name='certificate number')),
                ('scope', models.TextField(blank=True, max_length=2000, verbose_name='scope')),
                ('body', models.CharField(help_text='The body that issued it.', max_length=120, verbose_name='certification body')),
                ('sites', models.CharField(blank=True, max_length=500, verbose_name='sites')),
                ('state', models.CharField(choices=[('valid', 'Valid'), ('suspended', 'Suspended'), ('withdrawn', 'Withdrawn or cancelled')], default='valid', max_length=12, verbose_name='state')),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='issued on')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('last_surveillance_on', models.DateField(blank=True, null=True, verbose_name='last surveillance')),
                ('surveillance_on', models.DateField(blank=True, null=True, verbose_name='next surveillance')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.enterprise', verbose_name='enterprise')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.attachment', verbose_name='paper')),
            ],
            options={
                'verbose_name': 'certificate held',
                'verbose_name_plural': 'certificates held',
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('enterprise', 'number'), name='certificate_once'), models.CheckConstraint(condition=models.Q(('state__in', ['valid', 'suspended', 'withdrawn'])), name='certificate_state_known'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('issued_on', None), ('valid_to__gt', models.F('issued_on')), _connector='OR'), name='certificate_ends_after_issue'), models.CheckConstraint(condition=models.Q(('surveillance_on', None), ('last_surveillance_on', None), ('surveillance_on__gt', models.F('last_surveillance_on')), _connector='OR'), name='certificate_surveillance_after_last'), models.CheckConstraint(condition=models.Q(('surveillance_on', None), ('valid_to', None), ('surveillance_on__lte', models.F('valid_to')), _connector='OR'), name='certificate_surveillance_in_time')],
            },
        ),
        migrations.CreateModel(
            name='CertificateHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(verbose_name='entered')),
                ('changed_at', models.DateTimeField(verbose_name='last changed')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='put away')),
                ('retired_why', models.CharField(blank=True, max_length=200, verbose_name='why put away')),
                ('scheme', models.CharField(choices=[('qms', 'Quality management system'), ('ems', 'Environmental management system'), ('ohs', 'Occupational health and safety management system'), ('food', 'Food safety management system or HACCP'), ('energy', 'Energy management system'), ('information', 'Information security management system'), ('system', 'Another management system'), ('ccc', 'China Compulsory Certification'), ('product', 'Voluntary product certification'), ('service', 'Service certification'), ('cnas', 'CNAS laboratory accreditation'), ('cma', 'CMA mandatory approval'), ('other', 'Other')], default='qms', max_length=20, verbose_name='scheme')),
                ('number', models.CharField(max_length=100, verbose_name='certificate number')),
                ('scope', models.TextField(blank=True, max_length=2000, verbose_name='scope')),
                ('body', models.CharField(help_text='The body that issued it.', max_length=120, verbose_name='certification body')),
                ('sites', models.CharField(blank=True, max_length=500, verbose_name='sites')),
                ('state', models.CharField(choices=[('valid', 'Valid'), ('suspended', 'Suspended'), ('withdrawn', 'Withdrawn or cancelled')], default='valid', max_length=12, verbose_name='state')),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='issued on')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('last_surveillance_on', models.DateField(blank=True, null=True, verbose_name='last surveillance')),
                ('surveillance_on', models.DateField(blank=True, null=True, verbose_name='next surveillance')),
                ('enterprise', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise', verbose_name='enterprise')),
                ('paper', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='files.attachment', verbose_name='paper')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='certification.certificate')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('aim', models.CharField(choices=[('cnas', 'CNAS laboratory accreditation'), ('cma', 'CMA mandatory approval')], max_length=10, verbose_name='aim')),
                ('order', models.PositiveSmallIntegerField(verbose_name='position')),
                ('name_zh', models.CharField(max_length=200, verbose_name='requirement (Chinese)')),
                ('name_en', models.CharField(max_length=200, verbose_name='requirement (English)')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('checked', models.BooleanField(default=False, help_text='Somebody has compared it with the source; else a caution is shown.', verbose_name='checked')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'requirement of a laboratory',
                'verbose_name_plural': 'requirements of a laboratory',
                'constraints': [models.UniqueConstraint(fields=('aim', 'order'), name='requirement_position'), models.CheckConstraint(condition=models.Q(('aim__in', ['cnas', 'cma'])), name='requirement_aim_known')],
            },
            bases=(portal.reference.bilingual.Bilingual, models.Model),
        ),
        migrations.CreateModel(
            name='RequirementHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('aim', models.CharField(choices=[('cnas', 'CNAS laboratory accreditation'), ('cma', 'CMA mandatory approval')], max_length=10, verbose_name='aim')),
                ('order', models.PositiveSmallIntegerField(verbose_name='position')),
                ('name_zh', models.CharField(max_length=200, verbose_name='requirement (Chinese)')),
                ('name_en', models.CharField(max_length=200, verbose_name='requirement (English)')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('checked', models.BooleanField(default=False, help_text='Somebody has compared it with the source; else a caution is shown.', verbose_name='checked')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='certification.requirement')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('open', 'Not begun'), ('at_work', 'In hand'), ('met', 'Met, by our own judgement'), ('not_needed', 'Does not apply')], default='open', max_length=12, verbose_name='state')),
                ('owner', models.CharField(blank=True, max_length=80, verbose_name='who sees to it')),
                ('target_on', models.DateField(blank=True, null=True, verbose_name='until when')),
                ('evidence', models.TextField(blank=True, max_length=2000, verbose_name='evidence in words')),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField(verbose_name='last changed')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.attachment', verbose_name='evidence as a file')),
                ('requirement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certification.requirement', verbose_name='requirement of a laboratory')),
                ('roadmap', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='certification.roadmap', verbose_name='roadmap')),
            ],
            options={
                'verbose_name': 'step of a roadmap',
                'verbose_name_plural': 'steps of a roadmap',
                'constraints': [models.UniqueConstraint(fields=('roadmap', 'requirement'), name='step_once'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'at_work', 'met', 'not_needed'])), name='step_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['met', 'not_needed']), _negated=True), models.Q(('evidence', ''), _negated=True), ('paper__isnull', False), _connector='OR'), name='step_settled_has_evidence')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='requirement',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "certification_requirementhistory" ("active", "aim", "checked", "id", "name_en", "name_zh", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (NEW."active", NEW."aim", NEW."checked", NEW."id", NEW."name_en", NEW."name_zh", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."source"); RETURN NULL;', hash='2c7cea6954329d2de5b3b46adc46a791e4c0b8c6', operation='INSERT', pgid='pgtrigger_insert_insert_15f4c', table='certification_requirement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='requirement',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "certification_requirementhistory" ("active", "aim", "checked", "id", "name_en", "name_zh", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (NEW."active", NEW."aim", NEW."checked", NEW."id", NEW."name_en", NEW."name_zh", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."source"); RETURN NULL;', hash='5081fbcc9e3be5817938332639233d6390afbd33', operation='UPDATE', pgid='pgtrigger_update_update_04b4f', table='certification_requirement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='requirement',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "certification_requirementhistory" ("active", "aim", "checked", "id", "name_en", "name_zh", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (OLD."active", OLD."aim", OLD."checked", OLD."id", OLD."name_en", OLD."name_zh", OLD."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."source"); RETURN NULL;', hash='87ca18396209cd4b1ed7332090a10d07b5bdaa17', operation='DELETE', pgid='pgtrigger_delete_delete_2559c', table='certification_requirement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificate',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "certification_certificatehistory" ("body", "changed_at", "created_at", "enterprise_id", "id", "issued_on", "last_surveillance_on", "note", "number", "paper_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "retired_why", "scheme", "scope", "sites", "state", "surveillance_on", "valid_to", "version") VALUES (NEW."body", NEW."changed_at", NEW."created_at", NEW."enterprise_id", NEW."id", NEW."issued_on", NEW."last_surveillance_on", NEW."note", NEW."number", NEW."paper_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."retired_at", NEW."retired_why", NEW."scheme", NEW."scope", NEW."sites", NEW."state", NEW."surveillance_on", NEW."valid_to", NEW."version"); RETURN NULL;', hash='9537ccc8506014ae1b552d3739a02bfa9850c8d8', operation='INSERT', pgid='pgtrigger_insert_insert_4d087', table='certification_certificate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificate',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "certification_certificatehistory" ("body", "changed_at", "created_at", "enterprise_id", "id", "issued_on", "last_surveillance_on", "note", "number", "paper_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "retired_why", "scheme", "scope", "sites", "state", "surveillance_on", "valid_to", "version") VALUES (NEW."body", NEW."changed_at", NEW."created_at", NEW."enterprise_id", NEW."id", NEW."issued_on", NEW."last_surveillance_on", NEW."note", NEW."number", NEW."paper_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."retired_at", NEW."retired_why", NEW."scheme", NEW."scope", NEW."sites", NEW."state", NEW."surveillance_on", NEW."valid_to", NEW."version"); RETURN NULL;', hash='01e7fe6ecde09228d04ebbd99bb7c266cf3f1ad8', operation='UPDATE', pgid='pgtrigger_update_update_31ff8', table='certification_certificate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificate',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "certification_certificatehistory" ("body", "changed_at", "created_at", "enterprise_id", "id", "issued_on", "last_surveillance_on", "note", "number", "paper_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "retired_why", "scheme", "scope", "sites", "state", "surveillance_on", "valid_to", "version") VALUES (OLD."body", OLD."changed_at", OLD."created_at", OLD."enterprise_id", OLD."id", OLD."issued_on", OLD."last_surveillance_on", OLD."note", OLD."number", OLD."paper_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."retired_at", OLD."retired_why", OLD."scheme", OLD."scope", OLD."sites", OLD."state", OLD."surveillance_on", OLD."valid_to", OLD."version"); RETURN NULL;', hash='bc3da63297644b9ccdbff5c5a243becf94d29061', operation='DELETE', pgid='pgtrigger_delete_delete_b1f57', table='certification_certificate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificatehistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='946a5594c90bdf658559f5b738db386e0f53506d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_23063', table='certification_certificatehistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='requirementhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a0d698a48eefcba5dd5855d35c8e895b8b76dcda', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cf788', table='certification_requirementhistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roadmap',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "certification_roadmaphistory" ("aim", "apply_on", "begun_on", "changed_at", "created_at", "enterprise_id", "id", "laboratory", "note", "paper_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "retired_why", "scope", "version") VALUES (NEW."aim", NEW."apply_on", NEW."begun_on", NEW."changed_at", NEW."created_at", NEW."enterprise_id", NEW."id", NEW."laboratory", NEW."note", NEW."paper_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."retired_at", NEW."retired_why", NEW."scope", NEW."version"); RETURN NULL;', hash='4d954402b3d191edb4c32d882107ad21f6b7b6ec', operation='INSERT', pgid='pgtrigger_insert_insert_128cb', table='certification_roadmap', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roadmap',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "certification_roadmaphistory" ("aim", "apply_on", "begun_on", "changed_at", "created_at", "enterprise_id", "id", "laboratory", "note", "paper_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "retired_why", "scope", "version") VALUES (NEW."aim", NEW."apply_on", NEW."begun_on", NEW."changed_at", NEW."created_at", NEW."enterprise_id", NEW."id", NEW."laboratory", NEW."note", NEW."paper_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."retired_at", NEW."retired_why", NEW."scope", NEW."version"); RETURN NULL;', hash='df40d9b21eec955a744351bb42419f2ca4e1e863', operation='UPDATE', pgid='pgtrigger_update_update_c7f33', table='certification_roadmap', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roadmap',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "certification_roadmaphistory" ("aim", "apply_on", "begun_on", "changed_at", "created_at", "enterprise_id", "id", "laboratory", "note", "paper_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "retired_at", "retired_why", "scope", "version") VALUES (OLD."aim", OLD."apply_on", OLD."begun_on", OLD."changed_at", OLD."created_at", OLD."enterprise_id", OLD."id", OLD."laboratory", OLD."note", OLD."paper_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."retired_at", OLD."retired_why", OLD."scope", OLD."version"); RETURN NULL;', hash='e1fe718d43e04a0fee031132d35c9b7cc917a43f', operation='DELETE', pgid='pgtrigger_delete_delete_cc362', table='certification_roadmap', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roadmaphistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='784d94201ae39f82b8615638357f1e258b36d138', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ba2ec', table='certification_roadmaphistory', when='BEFORE')),
        ),
    ]
