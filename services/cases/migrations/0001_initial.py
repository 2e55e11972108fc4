import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('catalogue', '0001_initial'),
        ('enterprises', '0001_initial'),
        ('experts', '0001_initial'),
        ('files', '0001_initial'),
        ('stations', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE cases_number MINVALUE 1 MAXVALUE 99999 CYCLE",
            "DROP SEQUENCE cases_number",
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True, verbose_name='number')),
                ('channel', models.CharField(choices=[('web', 'Web'), ('counter', 'Counter'), ('phone', 'Phone'), ('screen', 'Screen'), ('mini_program', 'Mini-program'), ('visit', 'Visit'), ('api', 'API')], max_length=20, verbose_name='channel')),
                ('contact_name', models.CharField(blank=True, max_length=100, verbose_name='contact')),
                ('contact_phone', models.CharField(blank=True, max_length=20, verbose_name='phone')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('text', models.TextField(verbose_name='need in own words')),
                ('product', models.CharField(blank=True, max_length=200, verbose_name='product or industry')),
                ('wanted_on', models.DateField(blank=True, null=True, verbose_name='wanted by')),
                ('ordered_item', models.CharField(blank=True, max_length=10, verbose_name='item ordered from the catalogue')),
                ('ordered_answers', models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, verbose_name='answers that came with the order')),
                ('state', models.CharField(choices=[('submitted', 'Awaiting triage'), ('returned', 'Waiting for the enterprise'), ('lapsed', 'Lapsed'), ('in_service', 'In service'), ('awaiting_confirmation', 'Awaiting confirmation'), ('closed', 'Closed'), ('followed_up', 'Followed up'), ('archived', 'Archived'), ('referred_out', 'Referred out'), ('merged', 'Merged'), ('withdrawn', 'Withdrawn')], default='submitted', max_length=30, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1)),
                ('urgency', models.CharField(choices=[('low', 'Low'), ('normal', 'Normal'), ('high', 'High'), ('urgent', 'Urgent')], default='normal', max_length=10, verbose_name='urgency')),
                ('referred_to', models.CharField(blank=True, max_length=120, verbose_name='referred to')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due')),
                ('due_clock', models.CharField(blank=True, max_length=30)),
                ('submitted_at', models.DateTimeField(verbose_name='submitted')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                ('search', django.contrib.postgres.search.SearchVectorField(null=True)),
                ('enterprise', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='enterprises.enterprise', verbose_name='enterprise')),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_cases', to='cases.case')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='owned_cases', to=settings.AUTH_USER_MODEL, verbose_name='contact person')),
                ('recorder', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('station', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='stations.station', verbose_name='station')),
                ('submitter', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to=settings.AUTH_USER_MODEL, verbose_name='submitted by')),
            ],
            options={
                'verbose_name': 'case',
                'verbose_name_plural': 'cases',
                'indexes': [models.Index(fields=['station', 'state', 'due_at', 'id'], name='case_queue'), models.Index(fields=['station', '-id'], name='case_of_station'), models.Index(fields=['enterprise', '-id'], name='case_of_enterprise'), models.Index(fields=['submitter', '-id'], name='case_of_submitter'), models.Index(fields=['owner', 'state', 'due_at'], name='case_of_owner'), models.Index(condition=models.Q(('state', 'returned')), fields=['due_at'], name='case_lapsing'), models.Index(condition=models.Q(('state__in', ['awaiting_confirmation', 'in_service', 'returned', 'submitted'])), fields=['due_at', 'id'], name='case_open_by_due'), django.contrib.postgres.indexes.GinIndex(fields=['search'], name='case_search')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['submitted', 'returned', 'lapsed', 'in_service', 'awaiting_confirmation', 'closed', 'followed_up', 'archived', 'referred_out', 'merged', 'withdrawn'])), name='case_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['closed', 'followed_up', 'archived']), _negated=True), ('closed_at__isnull', False), _connector='OR'), name='case_closed_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'merged'), _negated=True), ('merged_into__isnull', False), _connector='OR'), name='case_merged_has_master')],
            },
        ),
        migrations.CreateModel(
            name='InformationRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('questions', models.TextField(verbose_name='questions')),
                ('asked_at', models.DateTimeField()),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='information_requests', to='cases.case')),
            ],
            options={
                'verbose_name': 'information request',
                'verbose_name_plural': 'information requests',
                'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('case',), name='one_open_information_request')],
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                ('item_version', models.PositiveIntegerField()),
                ('description', models.TextField(blank=True, verbose_name='what exactly')),
                ('answers', models.JSONField(default=dict, verbose_name='answers')),
                ('urgency', models.CharField(choices=[('low', 'Low'), ('normal', 'Normal'), ('high', 'High'), ('urgent', 'Urgent')], default='normal', max_length=10, verbose_name='urgency')),
                ('state', models.CharField(choices=[('waiting', 'Waiting for a predecessor'), ('seeking', 'Seeking a provider'), ('offered', 'Offered'), ('in_service', 'In service'), ('awaiting_confirmation', 'Awaiting confirmation'), ('disputed', 'Disputed'), ('fulfilled', 'Fulfilled'), ('unmet', 'No provider'), ('referred_out', 'Referred out'), ('withdrawn', 'Withdrawn')], default='seeking', max_length=30, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1)),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due')),
                ('promised_on', models.DateField(null=True, verbose_name='promised for')),
                ('created_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('after', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='cases.need', verbose_name='begins after')),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='catalogue.board', verbose_name='board')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='cases.case', verbose_name='case')),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='catalogue.serviceitem', verbose_name='service item')),
                ('reopens', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reopened_as', to='cases.need', verbose_name='takes up again')),
            ],
            options={
                'verbose_name': 'need',
                'verbose_name_plural': 'needs',
                'indexes': [models.Index(fields=['state', 'board', '-id'], name='need_queue'), models.Index(fields=['item', '-id'], name='need_of_item')],
                'constraints': [models.UniqueConstraint(fields=('case', 'position'), name='need_position'), models.UniqueConstraint(condition=models.Q(('reopens__isnull', False)), fields=('reopens',), name='need_reopened_once'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'seeking', 'offered', 'in_service', 'awaiting_confirmation', 'disputed', 'fulfilled', 'unmet', 'referred_out', 'withdrawn'])), name='need_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('offered', 'Offered'), ('accepted', 'Accepted'), ('quoted', 'Quoted'), ('in_progress', 'In progress'), ('delivered', 'Delivered'), ('disputed', 'Disputed'), ('confirmed', 'Confirmed'), ('declined', 'Declined'), ('expired', 'Not answered in time'), ('recalled', 'Recalled'), ('abandoned', 'Given up by the provider'), ('cancelled', 'Cancelled by the enterprise'), ('unresolved', 'Dispute unresolved')], default='offered', max_length=20, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1)),
                ('fee', models.CharField(choices=[('free', 'Free'), ('subsidised', 'Subsidised'), ('paid', 'Paid')], default='paid', max_length=12, verbose_name='fee')),
                ('plan', models.TextField(blank=True, verbose_name='plan')),
                ('price_cny', models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='price, CNY')),
                ('decline_reason', models.CharField(blank=True, choices=[('outside_scope', 'Outside our scope'), ('no_capacity', 'No capacity'), ('date_impossible', 'The date is impossible'), ('conflict', 'Conflict of interest'), ('facts_missing', 'Facts are missing'), ('other', 'Other')], max_length=20, verbose_name='reason for declining')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due')),
                ('due_clock', models.CharField(blank=True, db_default='', max_length=30)),
                ('waiting_for', models.CharField(blank=True, choices=[('sample', 'waiting for a sample'), ('data', 'waiting for data from the enterprise'), ('access', 'waiting for access to the site')], db_default='', max_length=20, verbose_name='waits for')),
                ('waiting_since', models.DateTimeField(null=True, verbose_name='waits since')),
                ('offered_at', models.DateTimeField(verbose_name='offered')),
                ('accepted_at', models.DateTimeField(null=True, verbose_name='accepted')),
                ('delivered_at', models.DateTimeField(null=True, verbose_name='delivered')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='confirmed')),
                ('confirmed_automatically', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='cases.case', verbose_name='case')),
                ('credential', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.credential', verbose_name='relied on')),
                ('handler', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='offered by')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='experts.institution', verbose_name='institution')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='cases.need', verbose_name='need')),
            ],
            options={
                'verbose_name': 'referral',
                'verbose_name_plural': 'referrals',
                'indexes': [models.Index(fields=['institution', 'state', 'due_at'], name='referral_desk'), models.Index(fields=['institution', '-id'], name='referral_of_institution'), models.Index(fields=['state', 'due_at'], name='referral_due'), models.Index(condition=models.Q(('state__in', ['accepted', 'delivered', 'disputed', 'in_progress', 'offered', 'quoted'])), fields=['institution', 'state', 'accepted_at'], name='referral_in_hand'), models.Index(condition=models.Q(('state', 'confirmed')), fields=['confirmed_at'], name='referral_confirmed')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['accepted', 'delivered', 'disputed', 'in_progress', 'offered', 'quoted'])), fields=('need',), name='referral_one_live_per_need'), models.CheckConstraint(condition=models.Q(('state__in', ['offered', 'accepted', 'quoted', 'in_progress', 'delivered', 'disputed', 'confirmed', 'declined', 'expired', 'recalled', 'abandoned', 'cancelled', 'unresolved'])), name='referral_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), ('confirmed_at__isnull', False), _connector='OR'), name='referral_confirmed_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('decline_reason', ''), _negated=True), _connector='OR'), name='referral_declined_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('waiting_for', ''), ('waiting_since', None)), models.Q(models.Q(('waiting_for', ''), _negated=True), ('state__in', ['accepted', 'in_progress']), ('waiting_since__isnull', False)), _connector='OR'), name='referral_waits_at_work')],
            },
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(choices=[('submitted', 'sent the need'), ('recorded', 'recorded the need'), ('moved', 'changed the state'), ('taken', 'took the case'), ('triaged', 'confirmed the triage'), ('asked', 'asked for information'), ('answered', 'answered the questions'), ('referred_out', 'referred it out'), ('merged', 'merged the case'), ('withdrawn', 'withdrew'), ('split', 'added a need'), ('decided', 'decided about a need'), ('offered', 'offered the need'), ('accepted', 'accepted the referral'), ('declined', 'declined the referral'), ('expired', 'let the referral expire'), ('recalled', 'recalled the referral'), ('quoted', 'sent plan and price'), ('agreed', 'agreed to plan and price'), ('change_asked', 'asked for a change of the plan'), ('progressed', 'noted progress'), ('delivered', 'delivered the result'), ('reworked', 'took the work up again'), ('confirmed', 'confirmed the result'), ('disputed', 'objected to the result'), ('abandoned', 'gave the work up'), ('cancelled', 'cancelled'), ('unresolved', 'closed the dispute'), ('closed', 'closed the case'), ('noted', 'noted'), ('followed_up', 'answered the follow-up'), ('lapsed', 'let the case rest'), ('waited', 'waits for the enterprise'), ('resumed', 'goes on with the work'), ('reopened', 'took the need up again'), ('escalated', 'asked for attention'), ('no_candidate', 'found no institution that could be asked'), ('handed_back', 'handed the need back to the specialist'), ('ladder_stopped', 'stopped automatic offers'), ('ladder_resumed', 'went on with automatic offers'), ('called_back', 'called the enterprise back'), ('rectification_opened', 'asked for rectification'), ('rectification_replied', 'answered on the rectification'), ('rectification_closed', 'closed the rectification'), ('appealed', 'appealed'), ('appeal_decided', 'decided the appeal')], max_length=30)),
                ('audience', models.CharField(choices=[('internal', 'Staff only'), ('provider', 'Staff and institution'), ('enterprise', 'Staff and enterprise'), ('shared', 'Staff, institution and enterprise')], max_length=12)),
                ('rule', models.CharField(blank=True, max_length=80)),
                ('from_state', models.CharField(blank=True, max_length=30)),
                ('to_state', models.CharField(blank=True, max_length=30)),
                ('note', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='cases.case')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('need', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='cases.need')),
                ('referral', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='cases.referral')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'indexes': [models.Index(fields=['case', 'id'], name='event_of_case')],
                'constraints': [models.CheckConstraint(condition=models.Q(('person__isnull', False), models.Q(('rule', ''), _negated=True), _connector='OR'), name='event_has_actor')],
            },
        ),
        migrations.CreateModel(
            name='CaseDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.CharField(choices=[('internal', 'Staff only'), ('provider', 'Staff and institution'), ('enterprise', 'Staff and enterprise'), ('shared', 'Staff, institution and enterprise')], default='shared', max_length=12)),
                ('added_at', models.DateTimeField()),
                ('attachment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='document', to='files.attachment')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='cases.case')),
                ('referral', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='cases.referral')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
            },
        ),
        migrations.CreateModel(
            name='Result',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('certificate', 'Certificate'), ('test_report', 'Test or inspection report'), ('calibration_certificate', 'Calibration certificate'), ('plan', 'Plan'), ('advice', 'Advice'), ('filing', 'Filing'), ('training', 'Training'), ('booking', 'Booking')], max_length=30, verbose_name='kind')),
                ('number', models.CharField(blank=True, max_length=100, verbose_name='number')),
                ('summary', models.TextField(blank=True, verbose_name='in words')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('state', models.CharField(choices=[('issued', 'Issued'), ('superseded', 'Superseded'), ('withdrawn', 'Withdrawn')], default='issued', max_length=12, verbose_name='state')),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('credential', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.credential')),
                ('document', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='result', to='cases.casedocument')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='cases.referral')),
            ],
            options={
                'verbose_name': 'result',
                'verbose_name_plural': 'results',
                'constraints': [models.CheckConstraint(condition=models.Q(('document__isnull', False), models.Q(('summary', ''), _negated=True), _connector='OR'), name='result_says_something')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='caseevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='65b17c5dc231aae95e4a5d286bcd92a634f3ebd3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_320b9', table='cases_caseevent', when='BEFORE')),
        ),
    ]
