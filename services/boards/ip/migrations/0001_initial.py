import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import portal.reference.bilingual
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0001_initial'),
        ('catalogue', '0001_initial'),
        ('enterprises', '0001_initial'),
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeadlineRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('kind', models.CharField(choices=[('invention', 'Invention patent'), ('utility_model', 'Utility model patent'), ('design', 'Design patent'), ('trademark', 'Trademark'), ('copyright', 'Copyright'), ('gi', 'Geographical indication')], max_length=20, verbose_name='kind')),
                ('name_zh', models.CharField(max_length=80, verbose_name='name (Chinese)')),
                ('name_en', models.CharField(max_length=120, verbose_name='name (English)')),
                ('states', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('pending', 'Applied for'), ('granted', 'In force'), ('refused', 'Refused'), ('ended', 'Ended')], max_length=10), default=list, size=None, verbose_name='while the right is')),
                ('event', models.CharField(choices=[('filed_on', 'Filing'), ('first_on', 'Priority day, else filing'), ('published_on', 'Publication'), ('granted_on', 'Grant or registration'), ('notified_on', 'Receipt of the official notice')], max_length=20, verbose_name='counts from')),
                ('amount', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1200)], verbose_name='after')),
                ('unit', models.CharField(choices=[('days', 'days'), ('months', 'months'), ('years', 'years')], max_length=10, verbose_name='unit')),
                ('times', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)], verbose_name='how often')),
                ('after_grant', models.BooleanField(default=False, verbose_name='only after the grant')),
                ('ends_day_before', models.BooleanField(default=False, verbose_name='ends the day before')),
                ('opens_months', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(60)], verbose_name='possible so many months before')),
                ('grace_months', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(60)], verbose_name='months of grace')),
                ('moves', models.BooleanField(default=False, verbose_name='moves to the next working day')),
                ('is_fee', models.BooleanField(default=False, verbose_name='a fee is due')),
                ('source_zh', models.CharField(max_length=200, verbose_name='source (Chinese)')),
                ('source_en', models.CharField(max_length=200, verbose_name='source (English)')),
                ('checked_on', models.DateField(blank=True, help_text='Empty: pages say that it has to be checked.', null=True, verbose_name='checked on')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.serviceitem', verbose_name='service that helps')),
            ],
            options={
                'verbose_name': 'deadline rule',
                'verbose_name_plural': 'deadline rules',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['invention', 'utility_model', 'design', 'trademark', 'copyright', 'gi'])), name='deadlinerule_kind_known'), models.CheckConstraint(condition=models.Q(('event__in', ['filed_on', 'first_on', 'published_on', 'granted_on', 'notified_on'])), name='deadlinerule_event_known'), models.CheckConstraint(condition=models.Q(('unit__in', ['days', 'months', 'years'])), name='deadlinerule_unit_known'), models.CheckConstraint(condition=models.Q(('amount__range', (1, 1200)), ('times__range', (1, 50))), name='deadlinerule_counts'), models.CheckConstraint(condition=models.Q(('grace_months__lte', 60), ('opens_months__lte', 60)), name='deadlinerule_windows')],
            },
            bases=(portal.reference.bilingual.Bilingual, models.Model),
        ),
        migrations.CreateModel(
            name='DeadlineRuleHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('code', models.SlugField(db_index=False, max_length=40, verbose_name='code')),
                ('kind', models.CharField(choices=[('invention', 'Invention patent'), ('utility_model', 'Utility model patent'), ('design', 'Design patent'), ('trademark', 'Trademark'), ('copyright', 'Copyright'), ('gi', 'Geographical indication')], max_length=20, verbose_name='kind')),
                ('name_zh', models.CharField(max_length=80, verbose_name='name (Chinese)')),
                ('name_en', models.CharField(max_length=120, verbose_name='name (English)')),
                ('states', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('pending', 'Applied for'), ('granted', 'In force'), ('refused', 'Refused'), ('ended', 'Ended')], max_length=10), default=list, size=None, verbose_name='while the right is')),
                ('event', models.CharField(choices=[('filed_on', 'Filing'), ('first_on', 'Priority day, else filing'), ('published_on', 'Publication'), ('granted_on', 'Grant or registration'), ('notified_on', 'Receipt of the official notice')], max_length=20, verbose_name='counts from')),
                ('amount', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1200)], verbose_name='after')),
                ('unit', models.CharField(choices=[('days', 'days'), ('months', 'months'), ('years', 'years')], max_length=10, verbose_name='unit')),
                ('times', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)], verbose_name='how often')),
                ('after_grant', models.BooleanField(default=False, verbose_name='only after the grant')),
                ('ends_day_before', models.BooleanField(default=False, verbose_name='ends the day before')),
                ('opens_months', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(60)], verbose_name='possible so many months before')),
                ('grace_months', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(60)], verbose_name='months of grace')),
                ('moves', models.BooleanField(default=False, verbose_name='moves to the next working day')),
                ('is_fee', models.BooleanField(default=False, verbose_name='a fee is due')),
                ('source_zh', models.CharField(max_length=200, verbose_name='source (Chinese)')),
                ('source_en', models.CharField(max_length=200, verbose_name='source (English)')),
                ('checked_on', models.DateField(blank=True, help_text='Empty: pages say that it has to be checked.', null=True, verbose_name='checked on')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
                ('item', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.serviceitem', verbose_name='service that helps')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='ip.deadlinerule')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Right',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(verbose_name='entered')),
                ('changed_at', models.DateTimeField(verbose_name='last changed')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='put away')),
                ('retired_why', models.CharField(blank=True, max_length=200, verbose_name='why put away')),
                ('kind', models.CharField(choices=[('invention', 'Invention patent'), ('utility_model', 'Utility model patent'), ('design', 'Design patent'), ('trademark', 'Trademark'), ('copyright', 'Copyright'), ('gi', 'Geographical indication')], max_length=20, verbose_name='kind')),
                ('number', models.CharField(help_text='As the office gave it: 201310699744.2 for a patent, 12345678 for a trademark.', max_length=60, verbose_name='number')),
                ('title', models.CharField(max_length=200, verbose_name='name')),
                ('owners', models.CharField(blank=True, help_text='As on the certificate, divided by commas.', max_length=300, verbose_name='owners')),
                ('classes', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=45, verbose_name='classes')),
                ('state', models.CharField(choices=[('pending', 'Applied for'), ('granted', 'In force'), ('refused', 'Refused'), ('ended', 'Ended')], default='pending', max_length=10, verbose_name='state')),
                ('filed_on', models.DateField(blank=True, null=True, verbose_name='filed on')),
                ('priority_on', models.DateField(blank=True, null=True, verbose_name='priority day')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='published on')),
                ('granted_on', models.DateField(blank=True, null=True, verbose_name='granted or registered on')),
                ('notified_on', models.DateField(blank=True, help_text='Of the notice that waits for an answer: of a grant to be registered, or of a refusal.', null=True, verbose_name='official notice received on')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.enterprise', verbose_name='enterprise')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.attachment', verbose_name='paper')),
            ],
            options={
                'verbose_name': 'right',
                'verbose_name_plural': 'rights',
                'indexes': [models.Index(fields=['enterprise', 'kind', 'state'], name='right_portfolio')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('enterprise', 'kind', 'number'), name='right_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['invention', 'utility_model', 'design', 'trademark', 'copyright', 'gi'])), name='right_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'granted', 'refused', 'ended'])), name='right_state_known'), models.CheckConstraint(condition=models.Q(('priority_on', None), ('filed_on', None), ('priority_on__lte', models.F('filed_on')), _connector='OR'), name='right_priority_before_filing'), models.CheckConstraint(condition=models.Q(('granted_on', None), ('filed_on', None), ('granted_on__gte', models.F('filed_on')), _connector='OR'), name='right_granted_after_filing'), models.CheckConstraint(condition=models.Q(('published_on', None), ('filed_on', None), ('published_on__gte', models.F('filed_on')), _connector='OR'), name='right_published_after_filing')],
            },
        ),
        migrations.CreateModel(
            name='Deadline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('turn', models.PositiveSmallIntegerField(default=1, verbose_name='which time')),
                ('opens_on', models.DateField(null=True, verbose_name='possible from')),
                ('due_on', models.DateField(verbose_name='due')),
                ('grace_until', models.DateField(null=True, verbose_name='grace until')),
                ('done_on', models.DateField(null=True, verbose_name='done on')),
                ('done_note', models.CharField(blank=True, db_default='', max_length=200, verbose_name='how it was done')),
                ('result', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.result', verbose_name='result')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deadlines', to='ip.deadlinerule', verbose_name='rule')),
                ('right', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deadlines', to='ip.right', verbose_name='right')),
            ],
            options={
                'verbose_name': 'deadline',
                'verbose_name_plural': 'deadlines',
                'indexes': [models.Index(condition=models.Q(('done_on', None)), fields=['due_on'], name='deadline_open')],
                'constraints': [models.UniqueConstraint(fields=('right', 'rule', 'turn'), name='deadline_once'), models.CheckConstraint(condition=models.Q(('opens_on', None), ('opens_on__lte', models.F('due_on')), _connector='OR'), name='deadline_opens'), models.CheckConstraint(condition=models.Q(('grace_until', None), ('grace_until__gte', models.F('due_on')), _connector='OR'), name='deadline_grace'), models.CheckConstraint(condition=models.Q(('done_on__isnull', False), models.Q(('done_note', ''), ('result', None)), _connector='OR'), name='deadline_done_has_day')],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='ip_order', to='cases.case', verbose_name='case')),
                ('deadline', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='orders', to='ip.deadline', verbose_name='deadline')),
                ('right', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='ip.right', verbose_name='right')),
            ],
            options={
                'verbose_name': 'order because of a deadline',
                'verbose_name_plural': 'orders because of deadlines',
            },
        ),
        migrations.CreateModel(
            name='RightHistory',
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
                ('kind', models.CharField(choices=[('invention', 'Invention patent'), ('utility_model', 'Utility model patent'), ('design', 'Design patent'), ('trademark', 'Trademark'), ('copyright', 'Copyright'), ('gi', 'Geographical indication')], max_length=20, verbose_name='kind')),
                ('number', models.CharField(help_text='As the office gave it: 201310699744.2 for a patent, 12345678 for a trademark.', max_length=60, verbose_name='number')),
                ('title', models.CharField(max_length=200, verbose_name='name')),
                ('classes', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=45, verbose_name='classes')),
                ('state', models.CharField(choices=[('pending', 'Applied for'), ('granted', 'In force'), ('refused', 'Refused'), ('ended', 'Ended')], default='pending', max_length=10, verbose_name='state')),
                ('filed_on', models.DateField(blank=True, null=True, verbose_name='filed on')),
                ('priority_on', models.DateField(blank=True, null=True, verbose_name='priority day')),
                ('published_on', models.DateField(blank=True, null=True, verbose_name='published on')),
                ('granted_on', models.DateField(blank=True, null=True, verbose_name='granted or registered on')),
                ('notified_on', models.DateField(blank=True, help_text='Of the notice that waits for an answer: of a grant to be registered, or of a refusal.', null=True, verbose_name='official notice received on')),
                ('enterprise', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise', verbose_name='enterprise')),
                ('paper', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='files.attachment', verbose_name='paper')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='ip.right')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deadlinerule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "ip_deadlinerulehistory" ("active", "after_grant", "amount", "checked_on", "code", "ends_day_before", "event", "grace_months", "id", "is_fee", "item_id", "kind", "moves", "name_en", "name_zh", "opens_months", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_en", "source_zh", "states", "times", "unit") VALUES (NEW."active", NEW."after_grant", NEW."amount", NEW."checked_on", NEW."code", NEW."ends_day_before", NEW."event", NEW."grace_months", NEW."id", NEW."is_fee", NEW."item_id", NEW."kind", NEW."moves", NEW."name_en", NEW."name_zh", NEW."opens_months", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."source_en", NEW."source_zh", NEW."states", NEW."times", NEW."unit"); RETURN NULL;', hash='269e3572462c9852bdfc90318380cd7ecbeba1bf', operation='INSERT', pgid='pgtrigger_insert_insert_27794', table='ip_deadlinerule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deadlinerule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "ip_deadlinerulehistory" ("active", "after_grant", "amount", "checked_on", "code", "ends_day_before", "event", "grace_months", "id", "is_fee", "item_id", "kind", "moves", "name_en", "name_zh", "opens_months", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_en", "source_zh", "states", "times", "unit") VALUES (NEW."active", NEW."after_grant", NEW."amount", NEW."checked_on", NEW."code", NEW."ends_day_before", NEW."event", NEW."grace_months", NEW."id", NEW."is_fee", NEW."item_id", NEW."kind", NEW."moves", NEW."name_en", NEW."name_zh", NEW."opens_months", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."source_en", NEW."source_zh", NEW."states", NEW."times", NEW."unit"); RETURN NULL;', hash='681ec9d34b423df98f2d861adbb63d77af01de67', operation='UPDATE', pgid='pgtrigger_update_update_962d9', table='ip_deadlinerule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deadlinerule',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "ip_deadlinerulehistory" ("active", "after_grant", "amount", "checked_on", "code", "ends_day_before", "event", "grace_months", "id", "is_fee", "item_id", "kind", "moves", "name_en", "name_zh", "opens_months", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_en", "source_zh", "states", "times", "unit") VALUES (OLD."active", OLD."after_grant", OLD."amount", OLD."checked_on", OLD."code", OLD."ends_day_before", OLD."event", OLD."grace_months", OLD."id", OLD."is_fee", OLD."item_id", OLD."kind", OLD."moves", OLD."name_en", OLD."name_zh", OLD."opens_months", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."source_en", OLD."source_zh", OLD."states", OLD."times", OLD."unit"); RETURN NULL;', hash='20104f72dccdd0364d502dd09ee3ca8056be769b', operation='DELETE', pgid='pgtrigger_delete_delete_0801f', table='ip_deadlinerule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deadlinerulehistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fe6fe2aabaa10afd74db1793c384f1e4bd7e3ef1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_18cb2', table='ip_deadlinerulehistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='right',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "ip_righthistory" ("changed_at", "classes", "created_at", "enterprise_id", "filed_on", "granted_on", "id", "kind", "note", "notified_on", "number", "paper_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority_on", "published_on", "retired_at", "retired_why", "state", "title", "version") VALUES (NEW."changed_at", NEW."classes", NEW."created_at", NEW."enterprise_id", NEW."filed_on", NEW."granted_on", NEW."id", NEW."kind", NEW."note", NEW."notified_on", NEW."number", NEW."paper_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."priority_on", NEW."published_on", NEW."retired_at", NEW."retired_why", NEW."state", NEW."title", NEW."version"); RETURN NULL;', hash='4ea00014a6b548a22e48580287e13a82e3742eb4', operation='INSERT', pgid='pgtrigger_insert_insert_4a3ea', table='ip_right', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='right',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."changed_at" IS DISTINCT FROM (NEW."changed_at") OR OLD."classes" IS DISTINCT FROM (NEW."classes") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."enterprise_id" IS DISTINCT FROM (NEW."enterprise_id") OR OLD."filed_on" IS DISTINCT FROM (NEW."filed_on") OR OLD."granted_on" IS DISTINCT FROM (NEW."granted_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."notified_on" IS DISTINCT FROM (NEW."notified_on") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."paper_id" IS DISTINCT FROM (NEW."paper_id") OR OLD."priority_on" IS DISTINCT FROM (NEW."priority_on") OR OLD."published_on" IS DISTINCT FROM (NEW."published_on") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."retired_why" IS DISTINCT FROM (NEW."retired_why") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func='INSERT INTO "ip_righthistory" ("changed_at", "classes", "created_at", "enterprise_id", "filed_on", "granted_on", "id", "kind", "note", "notified_on", "number", "paper_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority_on", "published_on", "retired_at", "retired_why", "state", "title", "version") VALUES (NEW."changed_at", NEW."classes", NEW."created_at", NEW."enterprise_id", NEW."filed_on", NEW."granted_on", NEW."id", NEW."kind", NEW."note", NEW."notified_on", NEW."number", NEW."paper_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."priority_on", NEW."published_on", NEW."retired_at", NEW."retired_why", NEW."state", NEW."title", NEW."version"); RETURN NULL;', hash='4965680b2c130b99df11938a59e185043a95ec5a', operation='UPDATE', pgid='pgtrigger_update_update_4a941', table='ip_right', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='right',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "ip_righthistory" ("changed_at", "classes", "created_at", "enterprise_id", "filed_on", "granted_on", "id", "kind", "note", "notified_on", "number", "paper_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority_on", "published_on", "retired_at", "retired_why", "state", "title", "version") VALUES (OLD."changed_at", OLD."classes", OLD."created_at", OLD."enterprise_id", OLD."filed_on", OLD."granted_on", OLD."id", OLD."kind", OLD."note", OLD."notified_on", OLD."number", OLD."paper_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."priority_on", OLD."published_on", OLD."retired_at", OLD."retired_why", OLD."state", OLD."title", OLD."version"); RETURN NULL;', hash='781294899fc02e0956d5871590aeea8211c84dd1', operation='DELETE', pgid='pgtrigger_delete_delete_21e29', table='ip_right', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='righthistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d2a0f03ac0d35c5a9a4f9582857188cc9faf8317', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f4c9a', table='ip_righthistory', when='BEFORE')),
        ),
    ]
