from django.db import migrations

COLUMNS = {
    "enterprise": ("enterprises", "Enterprise", "state"),
    "institution": ("experts", "Institution", "standing"),
}


def fill(apps, schema_editor):
    """As if each merging had said so itself, in their order; what was merged earlier moves on and can come back."""
    for record in apps.get_model("twins", "MergeRecord").objects.filter(undone_at=None).order_by("pk"):
        app, name, state = COLUMNS[record.kind]
        rows = apps.get_model(app, name).objects
        earlier = list(rows.filter(merged_into=record.gone_ref).order_by("pk").values_list("pk", flat=True))
        if earlier:
            rows.filter(pk__in=earlier).update(merged_into=record.kept_ref)
            record.moved[f"{app}.{name}.merged_into"] = earlier
            record.save(update_fields=["moved"])
        rows.filter(**{"pk": record.gone_ref, state: "merged"}).update(merged_into=record.kept_ref)


def empty(apps, schema_editor):
    """The columns themselves are dropped next; a record names them no longer."""
    for record in apps.get_model("twins", "MergeRecord").objects.order_by("pk"):
        app, name, _state = COLUMNS[record.kind]
        if record.moved.pop(f"{app}.{name}.merged_into", None):
            record.save(update_fields=["moved"])


class Migration(migrations.Migration):
    dependencies = [
        ("twins", "0001_initial"),
        ("enterprises", "0002_merged_into"),
        ("experts", "0002_merged_into"),
    ]

    operations = [
        migrations.RunPython(fill, empty),
    ]
