import django.db.models.deletion
import portal.reference.bilingual
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.CreateModel(
            name='Industry',
            fields=[
                ('code', models.CharField(max_length=4, primary_key=True, serialize=False, verbose_name='code')),
                ('section', models.CharField(max_length=1, verbose_name='section')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'section'), (2, 'division'), (3, 'group')], verbose_name='level')),
                ('name_zh', models.CharField(max_length=60, verbose_name='Chinese name')),
                ('name_en', models.CharField(max_length=120, verbose_name='English name')),
                ('pinyin', models.CharField(editable=False, max_length=160, verbose_name='pinyin')),
                ('size_rule', models.CharField(blank=True, help_text='Key of the rule for size classes; empty where no class is defined.', max_length=40, verbose_name='size rule')),
                ('source_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='reference.industry', verbose_name='part of')),
            ],
            options={
                'verbose_name': 'industry',
                'verbose_name_plural': 'industries',
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', [1, 2, 3])), name='industry_level_known'), models.CheckConstraint(condition=models.Q(('code__regex', '^([A-T]|\\d{2,4})$')), name='industry_code_form')],
            },
            bases=(portal.reference.bilingual.Bilingual, models.Model),
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('code', models.CharField(max_length=9, primary_key=True, serialize=False, verbose_name='code')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'province'), (2, 'prefecture'), (3, 'county or district'), (4, 'town')], verbose_name='level')),
                ('name_zh', models.CharField(max_length=60, verbose_name='Chinese name')),
                ('name_en', models.CharField(max_length=120, verbose_name='English name')),
                ('pinyin', models.CharField(editable=False, max_length=120, verbose_name='pinyin')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('source_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='reference.region', verbose_name='part of')),
            ],
            options={
                'verbose_name': 'region',
                'verbose_name_plural': 'regions',
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', [1, 2, 3, 4])), name='region_level_known'), models.CheckConstraint(condition=models.Q(('code__regex', '^(\\d{6}|\\d{9})$')), name='region_code_digits'), models.CheckConstraint(condition=models.Q(models.Q(('level', 1), ('parent__isnull', True)), models.Q(('level__gt', 1), ('parent__isnull', False)), _connector='OR'), name='region_parent_unless_province'), models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_from__lte', models.F('valid_to')), _connector='OR'), name='region_validity_in_order')],
            },
            bases=(portal.reference.bilingual.Bilingual, models.Model),
        ),
    ]
