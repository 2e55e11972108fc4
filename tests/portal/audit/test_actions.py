import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import InternalError, transaction

from portal.audit import actions
from portal.audit.models import AuditEntry
from tests.factories import make_user


@pytest.mark.django_db
def test_an_entry_says_who_did_what_to_what_from_where() -> None:
    user, subject = make_user(), make_user()
    actions.record(user, "disabled", subject, {"fields": ["is_active"]}, "203.0.113.7")
    assert AuditEntry.objects.values_list("user", "verb", "subject", "detail", "address").get() == (
        user.pk,
        "disabled",
        f"user:{subject.pk}",
        {"fields": ["is_active"]},
        "203.0.113.7",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("nobody", [None, AnonymousUser()])
def test_somebody_without_an_account_is_nobody(nobody: object) -> None:
    actions.record(nobody, "looked", "report:7")
    assert AuditEntry.objects.values_list("user", "subject", "detail", "address").get() == (None, "report:7", {}, None)


@pytest.mark.django_db
def test_what_happened_to_one_subject_is_read_newest_first() -> None:
    subject = make_user()
    for verb in ("made", "changed"):
        actions.record(None, verb, subject)
    actions.record(None, "other", "user:0")
    assert [entry.verb for entry in AuditEntry.objects.about(subject)] == ["changed", "made"]


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda rows: rows.update(verb="x"), lambda rows: rows.delete()])
def test_entries_cannot_be_changed_or_removed(change: object) -> None:
    actions.record(None, "made", "case:1")
    with pytest.raises(InternalError), transaction.atomic():
        change(AuditEntry.objects.all())
    assert AuditEntry.objects.count() == 1
