import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('cases', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField()),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='presence', to='cases.case')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'presence',
                'verbose_name_plural': 'presences',
            },
        ),
        migrations.CreateModel(
            name='WarningStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days', models.PositiveSmallIntegerField(unique=True, verbose_name='working days ahead')),
                ('active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'warning of a statutory date',
                'verbose_name_plural': 'warnings of statutory dates',
                'constraints': [models.CheckConstraint(condition=models.Q(('days__range', (1, 250))), name='warning_step_days')],
            },
        ),
        migrations.CreateModel(
            name='DeadlineWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='day')),
                ('days', models.PositiveSmallIntegerField(verbose_name='working days ahead')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('need', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deadline_warnings', to='cases.need', verbose_name='need')),
            ],
            options={
                'verbose_name': 'warning given',
                'verbose_name_plural': 'warnings given',
                'constraints': [models.UniqueConstraint(fields=('need', 'on', 'days'), name='deadline_warning_once')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('suggestion', models.JSONField(default=dict)),
                ('boards', models.JSONField(default=list)),
                ('items', models.JSONField(default=list)),
                ('urgency', models.CharField(choices=[('low', 'Low'), ('normal', 'Normal'), ('high', 'High'), ('urgent', 'Urgent')], max_length=10)),
                ('out_of_scope', models.CharField(blank=True, choices=[('12315', '12315, consumer complaints and reports of violations'), ('12345', '12345, government service hotline'), ('hall', 'Government service hall, licences and approvals'), ('tax', 'Tax office (12366)'), ('social', 'Human resources and social security (12333)'), ('land', 'Park, investment or utility office'), ('court', 'Court or arbitration (legal aid 12348)'), ('police', 'Police (110)'), ('petition', 'Petitions office'), ('other', 'Another office')], max_length=20)),
                ('agreed', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='cases.case')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'constraints': [models.CheckConstraint(condition=models.Q(('items', []), ('out_of_scope', ''), _negated=True), name='decision_says_something')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('query', models.CharField(max_length=500, verbose_name='filter')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
                'constraints': [models.UniqueConstraint(fields=('user', 'name'), name='saved_view_once')],
            },
        ),
        migrations.CreateModel(
            name='TriageDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data', models.JSONField(default=dict)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='triage_drafts', to='cases.case')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'triage draft',
                'verbose_name_plural': 'triage drafts',
                'constraints': [models.UniqueConstraint(fields=('case', 'user'), name='triage_draft_once')],
            },
        ),
    ]
