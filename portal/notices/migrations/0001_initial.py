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
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=180, unique=True)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('language', models.CharField(default='zh-hans', max_length=10)),
                ('event', models.CharField(max_length=60)),
                ('facts', models.JSONField(default=dict)),
                ('path', models.CharField(blank=True, max_length=300)),
                ('channel', models.CharField(choices=[('app', 'In the portal only'), ('mail', 'Mail'), ('text', 'Short message')], db_default='mail', default='mail', max_length=4)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('send_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('texted_at', models.DateTimeField(null=True)),
                ('refusal', models.CharField(blank=True, max_length=300)),
                ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'indexes': [models.Index(fields=['user', '-id'], name='notice_of_user'), models.Index(condition=models.Q(('read_at', None)), fields=['user'], name='notice_unread'), models.Index(condition=models.Q(('mailed_at', None), ('refusal', ''), ('texted_at', None)), fields=['created_at'], name='notice_not_sent')],
            },
        ),
    ]
