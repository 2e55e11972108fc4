import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('cases', '0001_initial'),
        ('enterprises', '0001_initial'),
        ('experts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Blackout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('maintenance', 'Maintenance'), ('calibration', 'Calibration'), ('own_use', 'Used by the owner'), ('other', 'Other')], max_length=12, verbose_name='kind')),
                ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='time')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('made_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('equipment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='blackouts', to='experts.equipment', verbose_name='instrument')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'blocked time',
                'verbose_name_plural': 'blocked times',
                'indexes': [django.contrib.postgres.indexes.GistIndex(fields=['equipment', 'span'], name='blackout_calendar')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['maintenance', 'calibration', 'own_use', 'other'])), name='blackout_kind_known'), models.CheckConstraint(condition=models.Q(('span__isempty', False), ('span__lower_inf', False), ('span__upper_inf', False)), name='blackout_has_span')],
            },
        ),
        migrations.CreateModel(
            name='BlackoutHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('maintenance', 'Maintenance'), ('calibration', 'Calibration'), ('own_use', 'Used by the owner'), ('other', 'Other')], max_length=12, verbose_name='kind')),
                ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='time')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('made_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('equipment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='experts.equipment', verbose_name='instrument')),
                ('made_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='labs.blackout')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BookingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('active', models.BooleanField(default=True, verbose_name='can be booked')),
                ('slot_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(1440)], verbose_name='slot, minutes')),
                ('longest_minutes', models.PositiveSmallIntegerField(default=480, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(20160)], verbose_name='longest booking, minutes')),
                ('before_minutes', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(1440)], verbose_name='buffer before, minutes')),
                ('after_minutes', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(1440)], verbose_name='buffer after, minutes')),
                ('lead_hours', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MaxValueValidator(2160)], verbose_name='booked at least, hours ahead')),
                ('horizon_days', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='booked at most, days ahead')),
                ('cancel_hours', models.PositiveSmallIntegerField(default=24, validators=[django.core.validators.MaxValueValidator(720)], verbose_name='cancelled or moved at least, hours ahead')),
                ('weekly_hours', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(168)], verbose_name='most hours per enterprise and week')),
                ('approval_needed', models.BooleanField(default=False, verbose_name='the owner approves each booking')),
                ('qualification_needed', models.BooleanField(default=False, verbose_name='self-operation needs a qualification')),
                ('across_midnight', models.BooleanField(default=False, verbose_name='may run across midnight')),
                ('hold_minutes', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='held for, minutes')),
                ('turn_minutes', models.PositiveSmallIntegerField(default=120, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(2880)], verbose_name='wait list: an offer stands for, minutes')),
                ('no_show_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(1440)], verbose_name='nobody came after, minutes')),
                ('hourly_cny', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='fee per hour, CNY')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('equipment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='booking_rule', to='experts.equipment', verbose_name='instrument')),
            ],
            options={
                'verbose_name': 'booking rule',
                'verbose_name_plural': 'booking rules',
                'constraints': [models.CheckConstraint(condition=models.Q(('slot_minutes__range', (5, 1440))), name='booking_rule_slot'), models.CheckConstraint(condition=models.Q(('longest_minutes__gte', models.F('slot_minutes')), ('longest_minutes__lte', 20160)), name='booking_rule_longest'), models.CheckConstraint(condition=models.Q(('weekly_hours', None), ('weekly_hours__range', (1, 168)), _connector='OR'), name='booking_rule_quota'), models.CheckConstraint(condition=models.Q(('hold_minutes__gte', 1), ('horizon_days__range', (1, 730)), ('turn_minutes__gte', 5)), name='booking_rule_times'), models.CheckConstraint(condition=models.Q(('hourly_cny', None), ('hourly_cny__gte', 0), _connector='OR'), name='booking_rule_fee_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='BookingRuleHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('active', models.BooleanField(default=True, verbose_name='can be booked')),
                ('slot_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(1440)], verbose_name='slot, minutes')),
                ('longest_minutes', models.PositiveSmallIntegerField(default=480, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(20160)], verbose_name='longest booking, minutes')),
                ('before_minutes', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(1440)], verbose_name='buffer before, minutes')),
                ('after_minutes', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(1440)], verbose_name='buffer after, minutes')),
                ('lead_hours', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MaxValueValidator(2160)], verbose_name='booked at least, hours ahead')),
                ('horizon_days', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='booked at most, days ahead')),
                ('cancel_hours', models.PositiveSmallIntegerField(default=24, validators=[django.core.validators.MaxValueValidator(720)], verbose_name='cancelled or moved at least, hours ahead')),
                ('weekly_hours', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(168)], verbose_name='most hours per enterprise and week')),
                ('approval_needed', models.BooleanField(default=False, verbose_name='the owner approves each booking')),
                ('qualification_needed', models.BooleanField(default=False, verbose_name='self-operation needs a qualification')),
                ('across_midnight', models.BooleanField(default=False, verbose_name='may run across midnight')),
                ('hold_minutes', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='held for, minutes')),
                ('turn_minutes', models.PositiveSmallIntegerField(default=120, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(2880)], verbose_name='wait list: an offer stands for, minutes')),
                ('no_show_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(1440)], verbose_name='nobody came after, minutes')),
                ('hourly_cny', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='fee per hour, CNY')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('equipment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='experts.equipment', verbose_name='instrument')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='labs.bookingrule')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('serial', models.PositiveIntegerField(default=1)),
                ('made_at', models.DateTimeField()),
                ('equipment', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='experts.equipment')),
                ('user', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'calendar link',
                'verbose_name_plural': 'calendar links',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('equipment__isnull', False), ('user', None)), models.Q(('equipment', None), ('user__isnull', False)), _connector='OR'), name='feed_of_one')],
            },
        ),
        migrations.CreateModel(
            name='OpeningHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(verbose_name='weekday')),
                ('opens', models.TimeField(verbose_name='opens')),
                ('closes', models.TimeField(verbose_name='closes')),
                ('equipment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='opening_hours', to='experts.equipment')),
            ],
            options={
                'verbose_name': 'opening hour',
                'verbose_name_plural': 'opening hours',
                'constraints': [models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='opening_hour_weekday'), models.UniqueConstraint(fields=('equipment', 'weekday', 'opens'), name='opening_hour_once')],
            },
        ),
        migrations.CreateModel(
            name='Qualification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='how it was shown')),
                ('granted_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.enterprise', verbose_name='enterprise')),
                ('equipment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to='experts.equipment')),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'qualification on an instrument',
                'verbose_name_plural': 'qualifications on instruments',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('enterprise__isnull', False), ('user', None)), models.Q(('enterprise', None), ('user__isnull', False)), _connector='OR'), name='qualification_of_one')],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('every_weeks', models.PositiveSmallIntegerField(default=1, verbose_name='every so many weeks')),
                ('occurrences', models.PositiveSmallIntegerField(verbose_name='how many times')),
                ('skipped', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
                ('equipment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='experts.equipment')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'series of bookings',
                'verbose_name_plural': 'series of bookings',
                'constraints': [models.CheckConstraint(condition=models.Q(('every_weeks__range', (1, 4)), ('occurrences__range', (2, 26))), name='series_in_bounds')],
            },
        ),
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('held', 'Held, to be confirmed'), ('requested', "Waits for the owner's approval"), ('confirmed', 'Confirmed'), ('in_use', 'In use'), ('completed', 'Completed'), ('expired', 'Hold expired'), ('declined', 'Declined by the owner'), ('cancelled', 'Cancelled'), ('no_show', 'Nobody came')], default='held', max_length=12, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1)),
                ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='time')),
                ('operation', models.CharField(choices=[('self', 'Self-operated'), ('operator', "With the owner's operator")], max_length=10, verbose_name='operation')),
                ('purpose', models.CharField(blank=True, max_length=500, verbose_name='purpose and samples')),
                ('held_until', models.DateTimeField(null=True, verbose_name='held until')),
                ('rule_version', models.PositiveIntegerField()),
                ('hourly_cny', models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name='fee per hour, CNY')),
                ('overridden', models.JSONField(default=list, verbose_name='rules set aside')),
                ('override_reason', models.CharField(blank=True, max_length=300, verbose_name='why they were set aside')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('created_at', models.DateTimeField()),
                ('booked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='booked by')),
                ('enterprise', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='enterprises.enterprise', verbose_name='enterprise')),
                ('equipment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='experts.equipment', verbose_name='instrument')),
                ('need', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='cases.need', verbose_name='for the need')),
                ('series', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='labs.series')),
            ],
            options={
                'verbose_name': 'booking',
                'verbose_name_plural': 'bookings',
                'indexes': [django.contrib.postgres.indexes.GistIndex(fields=['equipment', 'span'], name='booking_calendar'), models.Index(fields=['enterprise', '-id'], name='booking_of_enterprise'), models.Index(fields=['booked_by', '-id'], name='booking_of_person'), models.Index(fields=['equipment', '-id'], name='booking_of_instrument'), models.Index(condition=models.Q(('held_until__isnull', False)), fields=['state', 'held_until'], name='booking_held'), models.Index(condition=models.Q(('state', 'confirmed')), fields=['id'], name='booking_confirmed'), models.Index(condition=models.Q(('need__isnull', False)), fields=['need'], name='booking_of_need')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['held', 'requested', 'confirmed', 'in_use', 'completed', 'expired', 'declined', 'cancelled', 'no_show'])), name='booking_state_known'), models.CheckConstraint(condition=models.Q(('operation__in', ['self', 'operator'])), name='booking_operation_known'), models.CheckConstraint(condition=models.Q(('span__isempty', False), ('span__lower_inf', False), ('span__upper_inf', False)), name='booking_has_span'), models.CheckConstraint(condition=models.Q(models.Q(('held_until__isnull', False), ('state__in', ['held', 'requested'])), models.Q(models.Q(('state__in', ['held', 'requested']), _negated=True), ('held_until', None)), _connector='OR'), name='booking_held_ends'), models.CheckConstraint(condition=models.Q(models.Q(('overridden', []), ('override_reason', '')), models.Q(('override_reason', ''), _negated=True), _connector='OR'), name='booking_override_reason')],
            },
        ),
        migrations.CreateModel(
            name='BookingClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('blackout', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='labs.blackout')),
                ('booking', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='labs.booking')),
                ('equipment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='experts.equipment')),
            ],
            options={
                'verbose_name': 'claim',
                'verbose_name_plural': 'claims',
                'indexes': [models.Index(models.F('equipment'), models.F('span__endswith'), name='booking_claim_ends')],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('equipment', '='), ('span', '&&')], name='booking_claim_no_overlap'), models.CheckConstraint(condition=models.Q(models.Q(('blackout__isnull', False), ('booking', None)), models.Q(('blackout', None), ('booking__isnull', False)), _connector='OR'), name='booking_claim_of_one')],
            },
        ),
        migrations.CreateModel(
            name='BookingHistory',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('held', 'Held, to be confirmed'), ('requested', "Waits for the owner's approval"), ('confirmed', 'Confirmed'), ('in_use', 'In use'), ('completed', 'Completed'), ('expired', 'Hold expired'), ('declined', 'Declined by the owner'), ('cancelled', 'Cancelled'), ('no_show', 'Nobody came')], default='held', max_length=12, verbose_name='state')),
                ('version', models.PositiveIntegerField(default=1)),
                ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='time')),
                ('operation', models.CharField(choices=[('self', 'Self-operated'), ('operator', "With the owner's operator")], max_length=10, verbose_name='operation')),
                ('purpose', models.CharField(blank=True, max_length=500, verbose_name='purpose and samples')),
                ('held_until', models.DateTimeField(null=True, verbose_name='held until')),
                ('rule_version', models.PositiveIntegerField()),
                ('hourly_cny', models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name='fee per hour, CNY')),
                ('overridden', models.JSONField(default=list, verbose_name='rules set aside')),
                ('override_reason', models.CharField(blank=True, max_length=300, verbose_name='why they were set aside')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('created_at', models.DateTimeField()),
                ('booked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='booked by')),
                ('enterprise', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enterprises.enterprise', verbose_name='enterprise')),
                ('equipment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='experts.equipment', verbose_name='instrument')),
                ('need', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cases.need', verbose_name='for the need')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', to='labs.booking')),
                ('series', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='labs.series')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UsageEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField(verbose_name='checked in')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='checked out')),
                ('condition', models.CharField(blank=True, max_length=500, verbose_name='condition of the instrument, incidents')),
                ('result', models.CharField(blank=True, max_length=500, verbose_name='what was done')),
                ('billed_minutes', models.PositiveIntegerField(null=True, verbose_name='billed, minutes')),
                ('amount_cny', models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='amount, CNY')),
                ('began_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('booking', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='usage', to='labs.booking')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'usage log entry',
                'verbose_name_plural': 'usage log',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('amount_cny', None), ('billed_minutes', None), ('ended_at', None), ('ended_by', None)), models.Q(('billed_minutes__isnull', False), ('ended_at__gte', models.F('began_at')), ('ended_by__isnull', False)), _connector='OR'), name='usage_ends_whole')],
            },
        ),
        migrations.CreateModel(
            name='WaitingPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='time')),
                ('operation', models.CharField(choices=[('self', 'Self-operated'), ('operator', "With the owner's operator")], max_length=10, verbose_name='operation')),
                ('purpose', models.CharField(blank=True, max_length=500, verbose_name='purpose and samples')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('offered', 'Slot offered'), ('taken', 'Slot taken'), ('lapsed', 'Offer lapsed'), ('passed', 'The time has passed'), ('left', 'Left the list')], default='waiting', max_length=10, verbose_name='state')),
                ('joined_at', models.DateTimeField()),
                ('booking', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='place', to='labs.booking')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.enterprise')),
                ('equipment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waiting', to='experts.equipment', verbose_name='instrument')),
                ('need', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.need')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'place on the wait list',
                'verbose_name_plural': 'wait list',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['equipment', 'id'], name='place_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'offered', 'taken', 'lapsed', 'passed', 'left'])), name='place_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('booking__isnull', False), ('state__in', ['offered', 'taken', 'lapsed'])), models.Q(('booking', None), ('state__in', ['waiting', 'passed'])), ('state', 'left'), _connector='OR'), name='place_offered_has_booking'), models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('equipment', 'user', 'span'), name='place_once')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blackout',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "labs_blackouthistory" ("equipment_id", "id", "kind", "lifted_at", "made_at", "made_by_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "span") VALUES (NEW."equipment_id", NEW."id", NEW."kind", NEW."lifted_at", NEW."made_at", NEW."made_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason", NEW."span"); RETURN NULL;', hash='99c376ebce006947dff67639d084bc3bbbcd87f8', operation='INSERT', pgid='pgtrigger_insert_insert_62448', table='labs_blackout', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blackout',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "labs_blackouthistory" ("equipment_id", "id", "kind", "lifted_at", "made_at", "made_by_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "span") VALUES (NEW."equipment_id", NEW."id", NEW."kind", NEW."lifted_at", NEW."made_at", NEW."made_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason", NEW."span"); RETURN NULL;', hash='cf8c34a5f0c067de347482edc22d9bf2a613bd60', operation='UPDATE', pgid='pgtrigger_update_update_4ada0', table='labs_blackout', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blackout',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "labs_blackouthistory" ("equipment_id", "id", "kind", "lifted_at", "made_at", "made_by_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "span") VALUES (OLD."equipment_id", OLD."id", OLD."kind", OLD."lifted_at", OLD."made_at", OLD."made_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reason", OLD."span"); RETURN NULL;', hash='8a36826e5e9ed1371c59184f4eda9d085f81e4b2', operation='DELETE', pgid='pgtrigger_delete_delete_6991d', table='labs_blackout', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='blackouthistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5d4659db128c40a2752627ed94f1858433329430', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a6d58', table='labs_blackouthistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookingrule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "labs_bookingrulehistory" ("across_midnight", "active", "after_minutes", "approval_needed", "before_minutes", "cancel_hours", "equipment_id", "hold_minutes", "horizon_days", "hourly_cny", "id", "lead_hours", "longest_minutes", "no_show_minutes", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "qualification_needed", "slot_minutes", "turn_minutes", "version", "weekly_hours") VALUES (NEW."across_midnight", NEW."active", NEW."after_minutes", NEW."approval_needed", NEW."before_minutes", NEW."cancel_hours", NEW."equipment_id", NEW."hold_minutes", NEW."horizon_days", NEW."hourly_cny", NEW."id", NEW."lead_hours", NEW."longest_minutes", NEW."no_show_minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."qualification_needed", NEW."slot_minutes", NEW."turn_minutes", NEW."version", NEW."weekly_hours"); RETURN NULL;', hash='97714d3baa14b04da2935841b92555f087b1597a', operation='INSERT', pgid='pgtrigger_insert_insert_5b01a', table='labs_bookingrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookingrule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "labs_bookingrulehistory" ("across_midnight", "active", "after_minutes", "approval_needed", "before_minutes", "cancel_hours", "equipment_id", "hold_minutes", "horizon_days", "hourly_cny", "id", "lead_hours", "longest_minutes", "no_show_minutes", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "qualification_needed", "slot_minutes", "turn_minutes", "version", "weekly_hours") VALUES (NEW."across_midnight", NEW."active", NEW."after_minutes", NEW."approval_needed", NEW."before_minutes", NEW."cancel_hours", NEW."equipment_id", NEW."hold_minutes", NEW."horizon_days", NEW."hourly_cny", NEW."id", NEW."lead_hours", NEW."longest_minutes", NEW."no_show_minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."qualification_needed", NEW."slot_minutes", NEW."turn_minutes", NEW."version", NEW."weekly_hours"); RETURN NULL;', hash='6c1fc77572c7faf795f0a7648dd26bfcc677ff80', operation='UPDATE', pgid='pgtrigger_update_update_d91a4', table='labs_bookingrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookingrule',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "labs_bookingrulehistory" ("across_midnight", "active", "after_minutes", "approval_needed", "before_minutes", "cancel_hours", "equipment_id", "hold_minutes", "horizon_days", "hourly_cny", "id", "lead_hours", "longest_minutes", "no_show_minutes", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "qualification_needed", "slot_minutes", "turn_minutes", "version", "weekly_hours") VALUES (OLD."across_midnight", OLD."active", OLD."after_minutes", OLD."approval_needed", OLD."before_minutes", OLD."cancel_hours", OLD."equipment_id", OLD."hold_minutes", OLD."horizon_days", OLD."hourly_cny", OLD."id", OLD."lead_hours", OLD."longest_minutes", OLD."no_show_minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."qualification_needed", OLD."slot_minutes", OLD."turn_minutes", OLD."version", OLD."weekly_hours"); RETURN NULL;', hash='ae89f2a916cf566ef0166e5a23f3a1e2cfe0addb', operation='DELETE', pgid='pgtrigger_delete_delete_c84f3', table='labs_bookingrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookingrulehistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6d389efec4e14f6415a540d5e20dcb39307ae081', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_383ef', table='labs_bookingrulehistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookinghistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='290918501278c33e36d42305e05fe25ec6f01db4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c21d6', table='labs_bookinghistory', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "labs_bookinghistory" ("booked_by_id", "created_at", "enterprise_id", "equipment_id", "held_until", "hourly_cny", "id", "need_id", "operation", "overridden", "override_reason", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "reason", "rule_version", "series_id", "span", "state", "version") VALUES (NEW."booked_by_id", NEW."created_at", NEW."enterprise_id", NEW."equipment_id", NEW."held_until", NEW."hourly_cny", NEW."id", NEW."need_id", NEW."operation", NEW."overridden", NEW."override_reason", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."purpose", NEW."reason", NEW."rule_version", NEW."series_id", NEW."span", NEW."state", NEW."version"); RETURN NULL;', hash='e4036f861485d41abbb2db753f28d29f9c63d30b', operation='INSERT', pgid='pgtrigger_insert_insert_4ec65', table='labs_booking', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "labs_bookinghistory" ("booked_by_id", "created_at", "enterprise_id", "equipment_id", "held_until", "hourly_cny", "id", "need_id", "operation", "overridden", "override_reason", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "reason", "rule_version", "series_id", "span", "state", "version") VALUES (NEW."booked_by_id", NEW."created_at", NEW."enterprise_id", NEW."equipment_id", NEW."held_until", NEW."hourly_cny", NEW."id", NEW."need_id", NEW."operation", NEW."overridden", NEW."override_reason", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."purpose", NEW."reason", NEW."rule_version", NEW."series_id", NEW."span", NEW."state", NEW."version"); RETURN NULL;', hash='0fc9879ffb9e45bd94999c945cc175b644fbdd34', operation='UPDATE', pgid='pgtrigger_update_update_308bd', table='labs_booking', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "labs_bookinghistory" ("booked_by_id", "created_at", "enterprise_id", "equipment_id", "held_until", "hourly_cny", "id", "need_id", "operation", "overridden", "override_reason", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "reason", "rule_version", "series_id", "span", "state", "version") VALUES (OLD."booked_by_id", OLD."created_at", OLD."enterprise_id", OLD."equipment_id", OLD."held_until", OLD."hourly_cny", OLD."id", OLD."need_id", OLD."operation", OLD."overridden", OLD."override_reason", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."purpose", OLD."reason", OLD."rule_version", OLD."series_id", OLD."span", OLD."state", OLD."version"); RETURN NULL;', hash='1d237890e0dc51a7a77fcadce84bbd097f00e366', operation='DELETE', pgid='pgtrigger_delete_delete_91e09', table='labs_booking', when='AFTER')),
        ),
    ]
