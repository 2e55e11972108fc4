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
        ('enterprises', '0001_initial'),
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(verbose_name='entered')),
                ('changed_at', models.DateTimeField(verbose_name='last changed')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='put away')),
                ('retired_why', models.CharField(blank=True, max_length=200, verbose_name='why put away')),
                ('reference', models.CharField(max_length=60, verbose_name='order number')),
                ('product', models.CharField(max_length=200, verbose_name='product tested')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='what the report is for')),
                ('laboratory', models.CharField(blank=True, max_length=200, verbose_name='laboratory')),
                ('urgency', models.CharField(choices=[('normal', 'Normal'), ('fast', 'Accelerated'), ('express', 'Express')], default='normal', max_length=10, verbose_name='urgency class')),
                ('subcontract', models.BooleanField(default=False, help_text='Whether the laboratory may let another do a part.', verbose_name='subcontracting allowed')),
                ('wanted_on', models.DateField(blank=True, null=True, verbose_name='wanted by')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.enterprise', verbose_name='enterprise')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.attachment', verbose_name='paper')),
            ],
            options={
                'verbose_name': 'order of tests',
                'verbose_name_plural': 'orders of tests',
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('enterprise', 'reference'), name='testorder_once'), models.CheckConstraint(condition=models.Q(('urgency__in', ['normal', 'fast', 'express'])), name='testorder_urgency_known')],
            },
        ),
        migrations.CreateModel(
            name='OrderHistory',
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
                ('reference', models.CharField(max_length=60, verbose_name='order number')),
                ('product', models.CharField(max_length=200, verbose_name='product tested')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='what the report is for')),
                ('laboratory', models.CharField(blank=True, max_length=200, verbose_name='laboratory')),
                ('urgency', models.CharField(choices=[('normal', 'Normal'), ('fast', 'Accelerated'), ('express', 'Express')], default='normal', max_length=10, verbose_name='urgency class')),
                ('subcontract', models.BooleanField(default=False, help_text='Whether the laboratory may let another do a part.', verbose_name='subcontracting allowed')),
                ('wanted_on', models.DateField(blank=True, null=True, verbose_name='wanted by')),
                ('enterprise', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise', verbose_name='enterprise')),
                ('paper', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='files.attachment', verbose_name='paper')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='testing.order')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(blank=True, max_length=100, verbose_name='report number')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('issuer', models.CharField(max_length=200, verbose_name='issued by')),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='testing.order', verbose_name='order of tests')),
                ('result', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.result', verbose_name='result')),
            ],
            options={
                'verbose_name': 'test report',
                'verbose_name_plural': 'test reports',
            },
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=40, verbose_name='sample number')),
                ('identity', models.CharField(max_length=200, verbose_name='name, model and specification')),
                ('quantity', models.CharField(max_length=60, verbose_name='quantity')),
                ('batch', models.CharField(blank=True, max_length=80, verbose_name='batch or date of production')),
                ('storage', models.CharField(blank=True, max_length=120, verbose_name='storage')),
                ('retained_until', models.DateField(blank=True, null=True, verbose_name='retained until')),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='samples', to='testing.order', verbose_name='order of tests')),
            ],
            options={
                'verbose_name': 'sample',
                'verbose_name_plural': 'samples',
                'constraints': [models.UniqueConstraint(fields=('order', 'label'), name='sample_once')],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('parameter', models.CharField(max_length=120, verbose_name='test item')),
                ('method', models.CharField(max_length=120, verbose_name='method')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='judgement basis')),
                ('value', models.CharField(blank=True, db_default='', max_length=120, verbose_name='measured')),
                ('judgement', models.CharField(blank=True, choices=[('', 'not tested yet'), ('pass', 'Pass'), ('fail', 'Fail'), ('not_judged', 'Not judged')], db_default='', max_length=10, verbose_name='judgement')),
                ('subcontracted_to', models.CharField(blank=True, db_default='', max_length=200, verbose_name='subcontracted to')),
                ('version', models.PositiveIntegerField(default=1)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='testing.order', verbose_name='order of tests')),
                ('sample', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='testing.sample', verbose_name='sample')),
            ],
            options={
                'verbose_name': 'test item',
                'verbose_name_plural': 'test items',
                'constraints': [models.UniqueConstraint(fields=('sample', 'parameter', 'method'), name='testitem_once'), models.CheckConstraint(condition=models.Q(('judgement__in', ['', 'pass', 'fail', 'not_judged'])), name='testitem_judgement_known'), models.CheckConstraint(condition=models.Q(models.Q(('judgement__in', ['pass', 'fail']), _negated=True), models.Q(('basis', ''), _negated=True), _connector='OR'), name='testitem_judged_by_a_basis')],
            },
        ),
        migrations.CreateModel(
            name='OrderedCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('test', 'Test'), ('retest', 'Re-test at another laboratory'), ('rectify', 'Help after a failure')], max_length=10, verbose_name='kind')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='test_order', to='cases.case', verbose_name='case')),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='testing.item', verbose_name='test item')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='testing.order', verbose_name='order of tests')),
            ],
            options={
                'verbose_name': 'case of an order of tests',
                'verbose_name_plural': 'cases of orders of tests',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['test', 'retest', 'rectify'])), name='orderedcase_kind_known'), models.CheckConstraint(condition=models.Q(('kind', 'test'), ('item__isnull', False), _connector='OR'), name='orderedcase_about_an_item')],
            },
        ),
        migrations.CreateModel(
            name='ItemHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('parameter', models.CharField(max_length=120, verbose_name='test item')),
                ('method', models.CharField(max_length=120, verbose_name='method')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='judgement basis')),
                ('value', models.CharField(blank=True, db_default='', max_length=120, verbose_name='measured')),
                ('judgement', models.CharField(blank=True, choices=[('', 'not tested yet'), ('pass', 'Pass'), ('fail', 'Fail'), ('not_judged', 'Not judged')], db_default='', max_length=10, verbose_name='judgement')),
                ('subcontracted_to', models.CharField(blank=True, db_default='', max_length=200, verbose_name='subcontracted to')),
                ('version', models.PositiveIntegerField(default=1)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='testing.item')),
                ('order', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='testing.order', verbose_name='order of tests')),
                ('sample', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='testing.sample', verbose_name='sample')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_by', models.CharField(max_length=100, verbose_name='handed over by')),
                ('taken_by', models.CharField(max_length=100, verbose_name='taken by')),
                ('place', models.CharField(blank=True, max_length=120, verbose_name='place')),
                ('condition', models.CharField(blank=True, max_length=200, verbose_name='condition of the sample')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('noted_at', models.DateTimeField()),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='noted by')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='testing.sample', verbose_name='sample')),
            ],
            options={
                'verbose_name': 'hand-over of a sample',
                'verbose_name_plural': 'hand-overs of samples',
                'constraints': [models.CheckConstraint(condition=models.Q(('at__lte', models.F('noted_at'))), name='handover_not_ahead')],
            },
        ),
        migrations.CreateModel(
            name='SampleHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('label', models.CharField(max_length=40, verbose_name='sample number')),
                ('identity', models.CharField(max_length=200, verbose_name='name, model and specification')),
                ('quantity', models.CharField(max_length=60, verbose_name='quantity')),
                ('batch', models.CharField(blank=True, max_length=80, verbose_name='batch or date of production')),
                ('storage', models.CharField(blank=True, max_length=120, verbose_name='storage')),
                ('retained_until', models.DateField(blank=True, null=True, verbose_name='retained until')),
                ('order', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='testing.order', verbose_name='order of tests')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='testing.sample')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "testing_orderhistory" ("changed_at", "created_at", "enterprise_id", "id", "laboratory", "note", "paper_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product", "purpose", "reference", "retired_at", "retired_why", "subcontract", "urgency", "version", "wanted_on") VALUES (NEW."changed_at", NEW."created_at", NEW."enterprise_id", NEW."id", NEW."laboratory", NEW."note", NEW."paper_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."product", NEW."purpose", NEW."reference", NEW."retired_at", NEW."retired_why", NEW."subcontract", NEW."urgency", NEW."version", NEW."wanted_on"); RETURN NULL;', hash='2a5fd2644ed55163145ea8c9dd6abc39bbbe0e04', operation='INSERT', pgid='pgtrigger_insert_insert_f5a62', table='testing_order', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "testing_orderhistory" ("changed_at", "created_at", "enterprise_id", "id", "laboratory", "note", "paper_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product", "purpose", "reference", "retired_at", "retired_why", "subcontract", "urgency", "version", "wanted_on") VALUES (NEW."changed_at", NEW."created_at", NEW."enterprise_id", NEW."id", NEW."laboratory", NEW."note", NEW."paper_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."product", NEW."purpose", NEW."reference", NEW."retired_at", NEW."retired_why", NEW."subcontract", NEW."urgency", NEW."version", NEW."wanted_on"); RETURN NULL;', hash='6facb5a5eae53d425bdb2d106fa6cac079008386', operation='UPDATE', pgid='pgtrigger_update_update_a0a8b', table='testing_order', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "testing_orderhistory" ("changed_at", "created_at", "enterprise_id", "id", "laboratory", "note", "paper_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product", "purpose", "reference", "retired_at", "retired_why", "subcontract", "urgency", "version", "wanted_on") VALUES (OLD."changed_at", OLD."created_at", OLD."enterprise_id", OLD."id", OLD."laboratory", OLD."note", OLD."paper_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."product", OLD."purpose", OLD."reference", OLD."retired_at", OLD."retired_why", OLD."subcontract", OLD."urgency", OLD."version", OLD."wanted_on"); RETURN NULL;', hash='316eae8fbd96d8a10b42b6d4b3a0ef027b38b3ca', operation='DELETE', pgid='pgtrigger_delete_delete_52f1e', table='testing_order', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='orderhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9fe997ebb3c1f2c837c7105d787b251b90b2be3c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b40e0', table='testing_orderhistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sample',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "testing_samplehistory" ("batch", "id", "identity", "label", "order_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity", "retained_until", "storage") VALUES (NEW."batch", NEW."id", NEW."identity", NEW."label", NEW."order_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."quantity", NEW."retained_until", NEW."storage"); RETURN NULL;', hash='bf57205433d4e58e88e7efcaf8eebe4d6939b94d', operation='INSERT', pgid='pgtrigger_insert_insert_22126', table='testing_sample', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sample',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "testing_samplehistory" ("batch", "id", "identity", "label", "order_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity", "retained_until", "storage") VALUES (NEW."batch", NEW."id", NEW."identity", NEW."label", NEW."order_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."quantity", NEW."retained_until", NEW."storage"); RETURN NULL;', hash='09460d2f47ece99197e97abb1ede41b855710865', operation='UPDATE', pgid='pgtrigger_update_update_70a9c', table='testing_sample', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sample',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "testing_samplehistory" ("batch", "id", "identity", "label", "order_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quantity", "retained_until", "storage") VALUES (OLD."batch", OLD."id", OLD."identity", OLD."label", OLD."order_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."quantity", OLD."retained_until", OLD."storage"); RETURN NULL;', hash='b18128a9febf5420fd14f72fa5c0c1fc867ee174', operation='DELETE', pgid='pgtrigger_delete_delete_367b0', table='testing_sample', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='itemhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1cdef545ebba2d3bc661d40b3b59369797c7fc25', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ad7a6', table='testing_itemhistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='item',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "testing_itemhistory" ("basis", "id", "judgement", "method", "order_id", "parameter", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sample_id", "subcontracted_to", "value", "version") VALUES (NEW."basis", NEW."id", NEW."judgement", NEW."method", NEW."order_id", NEW."parameter", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."sample_id", NEW."subcontracted_to", NEW."value", NEW."version"); RETURN NULL;', hash='f835cae5c7d2c613c9840bd0023ebc7b886680ce', operation='INSERT', pgid='pgtrigger_insert_insert_fbb6d', table='testing_item', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='item',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "testing_itemhistory" ("basis", "id", "judgement", "method", "order_id", "parameter", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sample_id", "subcontracted_to", "value", "version") VALUES (NEW."basis", NEW."id", NEW."judgement", NEW."method", NEW."order_id", NEW."parameter", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."sample_id", NEW."subcontracted_to", NEW."value", NEW."version"); RETURN NULL;', hash='ff48f3bb49577d4c55ac3439aa687020eee8ce07', operation='UPDATE', pgid='pgtrigger_update_update_af890', table='testing_item', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='item',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "testing_itemhistory" ("basis", "id", "judgement", "method", "order_id", "parameter", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sample_id", "subcontracted_to", "value", "version") VALUES (OLD."basis", OLD."id", OLD."judgement", OLD."method", OLD."order_id", OLD."parameter", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."sample_id", OLD."subcontracted_to", OLD."value", OLD."version"); RETURN NULL;', hash='99a9eec9da1b2e78bce506e9ac8688bf65dee726', operation='DELETE', pgid='pgtrigger_delete_delete_6c789', table='testing_item', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='handover',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7529f06bbc4ba6d5d3d1f7b7e90aaf8a74b9b104', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6c8b1', table='testing_handover', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='samplehistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='202f72695ca7714bc147bcd9ba8f2601a9ad358e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_19cef', table='testing_samplehistory', when='BEFORE')),
        ),
    ]
