import django.contrib.postgres.indexes
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
        ('reference', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Enterprise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_key', models.CharField(db_index=True, editable=False, max_length=400)),
                ('uscc', models.CharField(blank=True, max_length=18, null=True, unique=True, verbose_name='unified social credit code')),
                ('other_identifier', models.CharField(blank=True, max_length=60, verbose_name='other identifier')),
                ('state', models.CharField(choices=[('provisional', 'Provisional'), ('registered', 'Registered'), ('merged', 'Merged')], default='provisional', max_length=20, verbose_name='state')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='address')),
                ('contact_name', models.CharField(blank=True, max_length=100, verbose_name='contact')),
                ('phone', models.CharField(blank=True, db_index=True, max_length=20, verbose_name='phone')),
                ('employees', models.PositiveIntegerField(blank=True, null=True, verbose_name='head count')),
                ('revenue_10k_cny', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='turnover, 10,000 CNY')),
                ('assets_10k_cny', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='total assets, 10,000 CNY')),
                ('size_class', models.CharField(choices=[('large', 'Large'), ('medium', 'Medium'), ('small', 'Small'), ('micro', 'Micro'), ('not_applicable', 'Not applicable'), ('unknown', 'Not known yet')], default='unknown', max_length=20, verbose_name='size class')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('industry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='reference.industry', verbose_name='industry')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='reference.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'enterprise',
                'verbose_name_plural': 'enterprises',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['name'], name='enterprise_name_trgm', opclasses=['gin_trgm_ops']), django.contrib.postgres.indexes.GinIndex(fields=['name_key'], name='enterprise_key_trgm', opclasses=['gin_trgm_ops'])],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'registered'), _negated=True), ('uscc__isnull', False), models.Q(('other_identifier', ''), _negated=True), _connector='OR'), name='enterprise_registered_identified')],
            },
        ),
        migrations.CreateModel(
            name='EnterpriseHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('uscc', models.CharField(blank=True, max_length=18, null=True, verbose_name='unified social credit code')),
                ('other_identifier', models.CharField(blank=True, max_length=60, verbose_name='other identifier')),
                ('state', models.CharField(choices=[('provisional', 'Provisional'), ('registered', 'Registered'), ('merged', 'Merged')], default='provisional', max_length=20, verbose_name='state')),
                ('address', models.CharField(blank=True, max_length=300, verbose_name='address')),
                ('employees', models.PositiveIntegerField(blank=True, null=True, verbose_name='head count')),
                ('revenue_10k_cny', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='turnover, 10,000 CNY')),
                ('assets_10k_cny', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='total assets, 10,000 CNY')),
                ('size_class', models.CharField(choices=[('large', 'Large'), ('medium', 'Medium'), ('small', 'Small'), ('micro', 'Micro'), ('not_applicable', 'Not applicable'), ('unknown', 'Not known yet')], default='unknown', max_length=20, verbose_name='size class')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('industry', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='reference.industry', verbose_name='industry')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='enterprises.enterprise')),
                ('region', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='reference.region', verbose_name='region')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('member', 'Member')], default='member', max_length=10, verbose_name='role')),
                ('state', models.CharField(choices=[('pending', 'Waiting for approval'), ('active', 'Active'), ('refused', 'Refused'), ('left', 'Left')], default='pending', max_length=10, verbose_name='state')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='enterprises.enterprise', verbose_name='enterprise')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['id'], name='membership_waiting')],
                'constraints': [models.UniqueConstraint(fields=('user', 'enterprise'), name='membership_once')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enterprise',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_enterprisehistory" ("address", "assets_10k_cny", "created_at", "employees", "id", "industry_id", "name", "other_identifier", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "revenue_10k_cny", "size_class", "state", "uscc") VALUES (NEW."address", NEW."assets_10k_cny", NEW."created_at", NEW."employees", NEW."id", NEW."industry_id", NEW."name", NEW."other_identifier", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."region_id", NEW."revenue_10k_cny", NEW."size_class", NEW."state", NEW."uscc"); RETURN NULL;', hash='bbdde8a40924e992bf20ca0f5031e8cab39eb142', operation='INSERT', pgid='pgtrigger_insert_insert_079c7', table='enterprises_enterprise', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enterprise',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."assets_10k_cny" IS DISTINCT FROM (NEW."assets_10k_cny") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."employees" IS DISTINCT FROM (NEW."employees") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."industry_id" IS DISTINCT FROM (NEW."industry_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."other_identifier" IS DISTINCT FROM (NEW."other_identifier") OR OLD."region_id" IS DISTINCT FROM (NEW."region_id") OR OLD."revenue_10k_cny" IS DISTINCT FROM (NEW."revenue_10k_cny") OR OLD."size_class" IS DISTINCT FROM (NEW."size_class") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."uscc" IS DISTINCT FROM (NEW."uscc"))', func='INSERT INTO "enterprises_enterprisehistory" ("address", "assets_10k_cny", "created_at", "employees", "id", "industry_id", "name", "other_identifier", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "revenue_10k_cny", "size_class", "state", "uscc") VALUES (NEW."address", NEW."assets_10k_cny", NEW."created_at", NEW."employees", NEW."id", NEW."industry_id", NEW."name", NEW."other_identifier", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."region_id", NEW."revenue_10k_cny", NEW."size_class", NEW."state", NEW."uscc"); RETURN NULL;', hash='efcd8bd76ee814d421a7880d85668c768b4ae49d', operation='UPDATE', pgid='pgtrigger_update_update_11bf5', table='enterprises_enterprise', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enterprise',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enterprises_enterprisehistory" ("address", "assets_10k_cny", "created_at", "employees", "id", "industry_id", "name", "other_identifier", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region_id", "revenue_10k_cny", "size_class", "state", "uscc") VALUES (OLD."address", OLD."assets_10k_cny", OLD."created_at", OLD."employees", OLD."id", OLD."industry_id", OLD."name", OLD."other_identifier", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."region_id", OLD."revenue_10k_cny", OLD."size_class", OLD."state", OLD."uscc"); RETURN NULL;', hash='e52bf3799a1b2e0745ca5cc5dfee9c3d08c55f17', operation='DELETE', pgid='pgtrigger_delete_delete_dc699', table='enterprises_enterprise', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enterprisehistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='65955d87b9938f6d61ecb6b07b9da7c782167d9f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f9ef9', table='enterprises_enterprisehistory', when='BEFORE')),
        ),
    ]
