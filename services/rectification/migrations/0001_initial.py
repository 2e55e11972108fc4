import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('cases', '0001_initial'),
        ('experts', '0001_initial'),
        ('followup', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rectification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('opened', 'To be called back'), ('called_back', 'With the institution'), ('replied', 'To be verified'), ('re_asked', 'Enterprise asked again'), ('unsettled', 'The lead decides'), ('appealed', 'Under appeal'), ('closed', 'Rectification closed'), ('upheld', 'Appeal upheld')], default='opened', max_length=20, verbose_name='state')),
                ('stood', models.CharField(blank=True, max_length=20)),
                ('version', models.PositiveIntegerField(default=1)),
                ('due_at', models.DateTimeField(null=True, verbose_name='due')),
                ('outcome', models.CharField(blank=True, choices=[('satisfied', 'The enterprise is satisfied'), ('misunderstanding', 'A misunderstanding, withdrawn by the enterprise'), ('reopened', 'The need was taken up again'), ('decided', 'Decided by the lead'), ('joined', 'Taken care of together with the one under way')], max_length=20, verbose_name='outcome')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('handed_at', models.DateTimeField(null=True, verbose_name='handed to the institution')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                ('answer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='rectification', to='followup.surveyanswer', verbose_name='answer')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rectifications', to='cases.case', verbose_name='case')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('rating', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.rating', verbose_name='rating')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rectifications', to='cases.referral', verbose_name='referral')),
            ],
            options={
                'verbose_name': 'rectification',
                'verbose_name_plural': 'rectifications',
                'indexes': [models.Index(condition=models.Q(('state__in', ['closed', 'upheld']), _negated=True), fields=['state', 'due_at', 'id'], name='rectification_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['closed', 'upheld']), _negated=True), fields=('referral',), name='rectification_one_open_per_referral'), models.CheckConstraint(condition=models.Q(('state__in', ['opened', 'called_back', 'replied', 're_asked', 'unsettled', 'appealed', 'closed', 'upheld'])), name='rectification_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'appealed'), ('stood__in', ['called_back', 'opened', 're_asked', 'replied', 'unsettled'])), models.Q(models.Q(('state', 'appealed'), _negated=True), ('stood', '')), _connector='OR'), name='rectification_appealed_stood_somewhere'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('due_at', None), ('state__in', ['closed', 'upheld'])), models.Q(models.Q(('state__in', ['closed', 'upheld']), _negated=True), ('closed_at', None), ('closed_by', None)), _connector='OR'), name='rectification_over_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['satisfied', 'misunderstanding', 'reopened', 'decided', 'joined']), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('outcome', '')), _connector='OR'), name='rectification_closed_has_outcome'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'decided'), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), ('closed_by__isnull', False)), _connector='OR'), name='rectification_decided_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['called_back', 'replied', 're_asked', 'unsettled']), _negated=True), ('handed_at__isnull', False), _connector='OR'), name='rectification_handed_has_time')],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='round')),
                ('text', models.TextField(blank=True, verbose_name='what is to be put right')),
                ('words', models.TextField(blank=True, verbose_name='in the words of the enterprise')),
                ('opened_at', models.DateTimeField()),
                ('cause', models.TextField(blank=True, verbose_name='cause')),
                ('measures', models.TextField(blank=True, verbose_name='what was done')),
                ('done_on', models.DateField(null=True, verbose_name='done on')),
                ('replied_at', models.DateTimeField(null=True, verbose_name='replied')),
                ('late', models.BooleanField(default=False, verbose_name='late')),
                ('token_digest', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('closes_at', models.DateTimeField(null=True, verbose_name='link closes')),
                ('verdict', models.CharField(blank=True, choices=[('satisfied', 'Yes, it is put right'), ('again', 'No, the institution should try again'), ('reopen', 'No, please take the matter up again'), ('unreachable', 'Not reachable')], max_length=20, verbose_name='verdict')),
                ('said', models.TextField(blank=True, verbose_name='what the enterprise said')),
                ('judged_at', models.DateTimeField(null=True, verbose_name='judged')),
                ('judged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('papers', models.ManyToManyField(related_name='+', to='cases.casedocument', verbose_name='files')),
                ('rectification', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='rectification.rectification')),
                ('replied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'round',
                'verbose_name_plural': 'rounds',
                'constraints': [models.UniqueConstraint(fields=('rectification', 'number'), name='round_once'), models.CheckConstraint(condition=models.Q(models.Q(('cause', ''), ('done_on', None), ('late', False), ('measures', ''), ('replied_at', None), ('replied_by', None)), models.Q(models.Q(('cause', ''), _negated=True), models.Q(('measures', ''), _negated=True), ('replied_at__isnull', False), ('replied_by__isnull', False), ('done_on__isnull', False)), _connector='OR'), name='round_reply_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('judged_at', None), ('judged_by', None), ('said', ''), ('verdict', '')), models.Q(('judged_at__isnull', False), ('replied_at__isnull', False), ('verdict__in', ['satisfied', 'again', 'reopen', 'unreachable'])), _connector='OR'), name='round_verdict_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('closes_at', None), ('token_digest', None)), models.Q(('closes_at__isnull', False), ('replied_at__isnull', False), ('token_digest__isnull', False)), _connector='OR'), name='round_link_closes'), models.CheckConstraint(condition=models.Q(('replied_at', None), ('replied_at__gte', models.F('opened_at')), _connector='OR'), name='round_in_order')],
            },
        ),
        migrations.CreateModel(
            name='CallBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('confirmed', 'Reached: it is as the enterprise said'), ('misunderstanding', 'Reached: a misunderstanding, the enterprise takes it back'), ('not_reached', 'Not reached'), ('answered', 'Reached, answered')], max_length=20, verbose_name='outcome')),
                ('note', models.CharField(blank=True, max_length=1000, verbose_name='note')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('rectification', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='rectification.rectification')),
                ('round', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='rectification.round')),
            ],
            options={
                'verbose_name': 'call-back',
                'verbose_name_plural': 'call-backs',
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['confirmed', 'misunderstanding', 'not_reached', 'answered'])), name='call_back_outcome_known'), models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['confirmed', 'misunderstanding', 'not_reached']), ('round', None)), models.Q(('outcome__in', ['answered', 'not_reached']), ('round__isnull', False)), _connector='OR'), name='call_back_fits_its_question')],
            },
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('lodged', 'Appeal lodged'), ('upheld', 'Upheld'), ('dismissed', 'Dismissed')], default='lodged', max_length=20, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1)),
                ('due_at', models.DateTimeField(null=True, verbose_name='due')),
                ('reason', models.TextField(verbose_name='reason')),
                ('lodged_at', models.DateTimeField(verbose_name='lodged')),
                ('decision', models.TextField(blank=True, verbose_name='decision in words')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('lodged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lodged by')),
                ('papers', models.ManyToManyField(related_name='+', to='cases.casedocument', verbose_name='files')),
                ('rating', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='experts.rating', verbose_name='rating')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='cases.referral', verbose_name='referral')),
            ],
            options={
                'verbose_name': 'appeal',
                'verbose_name_plural': 'appeals',
                'indexes': [models.Index(fields=['state', 'due_at', 'id'], name='appeal_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['lodged', 'upheld', 'dismissed'])), name='appeal_state_known'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='appeal_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('decision', ''), ('state', 'lodged')), models.Q(models.Q(('state', 'lodged'), _negated=True), models.Q(('decision', ''), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False), ('due_at', None)), _connector='OR'), name='appeal_decided_by_somebody_with_words')],
            },
        ),
        migrations.CreateModel(
            name='RatingReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='reply')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('rating', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reply', to='experts.rating', verbose_name='rating')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='cases.referral', verbose_name='referral')),
            ],
            options={
                'verbose_name': 'reply to a rating',
                'verbose_name_plural': 'replies to ratings',
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='rating_reply_says_something')],
            },
        ),
    ]
