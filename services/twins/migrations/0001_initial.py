import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='MergeRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('institution', 'Institutions'), ('enterprise', 'Enterprises')], max_length=12, verbose_name='kind')),
                ('kept_ref', models.BigIntegerField()),
                ('gone_ref', models.BigIntegerField()),
                ('kept_name', models.CharField(max_length=200, verbose_name='kept')),
                ('gone_name', models.CharField(max_length=200, verbose_name='merged into it')),
                ('moved', models.JSONField(default=dict)),
                ('left', models.JSONField(default=dict)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='undone')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='undone by')),
            ],
            options={
                'verbose_name': 'merging',
                'verbose_name_plural': 'mergings',
                'indexes': [models.Index(fields=['kind', '-id'], name='merging_of_kind')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('kind', 'gone_ref'), name='merging_gone_once'), models.CheckConstraint(condition=models.Q(('kept_ref', models.F('gone_ref')), _negated=True), name='merging_of_two'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='merging_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='Pair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('institution', 'Institutions'), ('enterprise', 'Enterprises')], max_length=12, verbose_name='kind')),
                ('first_ref', models.BigIntegerField()),
                ('second_ref', models.BigIntegerField()),
                ('alike', models.JSONField(default=list, verbose_name='alike in')),
                ('state', models.CharField(choices=[('open', 'Nobody has looked yet'), ('distinct', 'Two different ones'), ('merged', 'Merged')], default='open', max_length=10, verbose_name='state')),
                ('found_at', models.DateTimeField(verbose_name='found')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
            ],
            options={
                'verbose_name': 'possible duplicate',
                'verbose_name_plural': 'possible duplicates',
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['kind', '-id'], name='pair_open')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'first_ref', 'second_ref'), name='pair_once'), models.CheckConstraint(condition=models.Q(('first_ref__lt', models.F('second_ref'))), name='pair_in_order'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'distinct', 'merged'])), name='pair_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decided_by__isnull', False)), _connector='OR'), name='pair_decided_by_somebody')],
            },
        ),
    ]
