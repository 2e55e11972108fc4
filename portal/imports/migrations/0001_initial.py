import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.SlugField(max_length=40, verbose_name='kind')),
                ('scope', models.CharField(blank=True, db_default='', max_length=40, verbose_name='for whom')),
                ('state', models.CharField(choices=[('read', 'Being checked'), ('checked', 'Checked, waits for you'), ('confirmed', 'About to begin'), ('running', 'Being written'), ('done', 'Done'), ('failed', 'Could not be done'), ('cancelled', 'Discarded')], default='read', max_length=12, verbose_name='state')),
                ('problem', models.CharField(blank=True, max_length=500, verbose_name='what went wrong')),
                ('ignored', models.JSONField(default=list, verbose_name='columns nobody knows')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='rows')),
                ('bad', models.PositiveIntegerField(default=0, verbose_name='with errors')),
                ('added', models.PositiveIntegerField(default=0, verbose_name='added')),
                ('known', models.PositiveIntegerField(default=0, verbose_name='on record already')),
                ('at', models.DateTimeField(verbose_name='sent')),
                ('changed_at', models.DateTimeField(verbose_name='last step')),
                ('forgotten_at', models.DateTimeField(null=True, verbose_name='rows and file deleted')),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.attachment', verbose_name='file')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'indexes': [models.Index(condition=models.Q(('state__in', ['confirmed', 'read', 'running'])), fields=['id'], name='import_waiting'), models.Index(fields=['by', '-id'], name='import_of_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['read', 'checked', 'confirmed', 'running', 'done', 'failed', 'cancelled'])), name='import_state_known'), models.CheckConstraint(condition=models.Q(('total__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('bad'), '+', models.F('added')), '+', models.F('known')))), name='import_counts_fit')],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('data', models.JSONField(verbose_name='what it says')),
                ('problems', models.JSONField(default=list, verbose_name='errors')),
                ('outcome', models.CharField(blank=True, choices=[('', 'Not written yet'), ('bad', 'With errors'), ('added', 'Added'), ('known', 'On record already')], default='', max_length=5, verbose_name='outcome')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='imports.importrun')),
            ],
            options={
                'verbose_name': 'row of an import',
                'verbose_name_plural': 'rows of imports',
                'indexes': [models.Index(fields=['run', 'outcome', 'line'], name='import_row_outcome')],
                'constraints': [models.UniqueConstraint(fields=('run', 'line'), name='import_line_once'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'bad'), models.Q(('problems', []), _negated=True)), models.Q(models.Q(('outcome', 'bad'), _negated=True), ('problems', [])), _connector='OR'), name='import_bad_says_why')],
            },
        ),
    ]
