import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import portal.reference.bilingual
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('clocks', '0001_initial'),
        ('experts', '0001_initial'),
        ('reference', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Station',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=120, verbose_name='name (Chinese)')),
                ('name_en', models.CharField(blank=True, max_length=160, verbose_name='name (English)')),
                ('kind', models.CharField(choices=[('centre', 'Centre'), ('base', 'Park base'), ('window', 'Window'), ('post', 'Town post')], max_length=10, verbose_name='kind')),
                ('line', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, size=None)),
                ('address_zh', models.CharField(blank=True, max_length=300, verbose_name='address (Chinese)')),
                ('address_en', models.CharField(blank=True, max_length=300, verbose_name='address (English)')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone')),
                ('hours', models.CharField(blank=True, max_length=200, verbose_name='opening hours in words')),
                ('active', models.BooleanField(default=True, verbose_name='open')),
                ('calendar', models.ForeignKey(blank=True, help_text='Without one of its own, the default calendar counts.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clocks.workcalendar', verbose_name='working calendar')),
                ('operator', models.ForeignKey(blank=True, help_text='An institution of the pool that runs this place; offers to it need a second signature.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.institution', verbose_name='run by')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='stations.station', verbose_name='part of')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='reference.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'station',
                'verbose_name_plural': 'stations',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['line'], name='station_line')],
            },
            bases=(portal.reference.bilingual.Bilingual, models.Model),
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='stations.station', verbose_name='station')),
            ],
            options={
                'verbose_name': 'assignment',
                'verbose_name_plural': 'assignments',
                'constraints': [models.UniqueConstraint(fields=('user', 'station'), name='assignment_once')],
            },
        ),
    ]
