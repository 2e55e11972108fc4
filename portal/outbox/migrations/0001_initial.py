from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('beat_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('dedupe_key', models.CharField(max_length=200, unique=True, verbose_name='key')),
                ('payload', models.JSONField(default=dict, verbose_name='payload')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='attempts')),
                ('unfinished', models.PositiveSmallIntegerField(default=0, verbose_name='claims without outcome')),
                ('locked_until', models.DateTimeField(blank=True, null=True)),
                ('refused_since', models.DateTimeField(blank=True, null=True, verbose_name='refused since')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                ('dead_at', models.DateTimeField(blank=True, null=True, verbose_name='given up')),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'indexes': [models.Index(condition=models.Q(('dead_at', None), ('done_at', None)), fields=['due_at'], name='message_pending'), models.Index(condition=models.Q(('dead_at__isnull', False)), fields=['dead_at'], name='message_dead')],
                'constraints': [models.CheckConstraint(condition=models.Q(('done_at', None), ('dead_at', None), _connector='OR'), name='message_done_or_dead')],
            },
        ),
    ]
