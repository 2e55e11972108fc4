"""From tell() to the mailbox, through a real mail server."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.notices import actions, mail, rendering
from portal.notices.actions import MAIL, TEXT, Recipient, Telling
from portal.notices.models import Channel, Notice
from portal.outbox import sweeper, tasks
from portal.outbox.models import Message
from tests.factories import NOW, make_user
from tests.portal.notices.conftest import FACTS
from tests.sinks import MailSink, free_port

LATER = NOW + timedelta(seconds=1)


def tell(*recipients: Recipient, event: str = "tested", key: str = "event-7-enterprise", **fields: object) -> None:
    actions.tell(recipients, event, **{"key": key, "facts": FACTS, "path": "/cases/7/", "now": NOW, **fields})


@pytest.mark.django_db
def test_telling_is_two_statements_however_many_are_told(django_assert_num_queries: Callable) -> None:
    people = [Recipient(user=make_user(email=f"{n}@example.com")) for n in range(3)]
    for count in (1, 3):
        with django_assert_num_queries(2):
            tell(*people[:count], key=f"k{count}")
    assert Notice.objects.count() == Message.objects.count() == 4


@pytest.mark.django_db
def test_the_same_occasion_told_twice_is_told_once() -> None:
    user = make_user(email="a@example.com")
    for _ in range(2):
        tell(Recipient(user=user), Recipient(user=user), Recipient(email="b@example.com"))
    assert Notice.objects.count() == Message.objects.count() == 2


@pytest.mark.django_db
def test_mail_goes_before_text_and_who_has_neither_reads_it_in_the_app() -> None:
    tell(
        Recipient(user=make_user(email="a@example.com", phone="+8613812345678")),
        Recipient(user=make_user(phone="+8613812345679")),
        Recipient(user=make_user()),
        Recipient(user=make_user(email="gone@example.com", is_active=False)),
        Recipient(phone="+8613812345670"),
    )
    assert sorted(Message.objects.values_list("kind", flat=True)) == [MAIL, TEXT, TEXT]
    assert Notice.objects.count() == 4


@pytest.mark.django_db
def test_keys_and_payloads_hold_no_address() -> None:
    tell(Recipient(email="li.wei@example.com"), Recipient(phone="+8613812345678"))
    for row in Message.objects.values("dedupe_key", "payload"):
        assert "example" not in str(row)
        assert "138" not in str(row)


@pytest.mark.django_db
def test_a_mail_arrives_in_the_readers_language_as_text_and_page(event: str, smtp: MailSink) -> None:
    tell(Recipient(user=make_user(email="zh@example.com")), Recipient(email="en@example.com", language="en"))
    assert sweeper.sweep(LATER) == 2

    (chinese,), (english,) = smtp.to("zh@example.com"), smtp.to("en@example.com")
    assert chinese["Subject"].strip() == "QS-20261121-00007: 成都计量院 & Söhne"
    assert chinese["To"] == "zh@example.com"
    assert chinese["Auto-Submitted"] == "auto-generated"
    assert chinese.get_content_type() == "multipart/alternative"
    text, page = (part.get_content() for part in chinese.iter_parts())
    assert text.startswith("zh-hans <b>")
    assert '<html lang="zh-hans">' in page
    assert "Chengdu Metrology" in english["Subject"]
    assert set(Notice.objects.values_list("mailed_at", flat=True)) != {None}


@pytest.mark.django_db
def test_a_repeat_carries_the_same_message_id_and_a_delivered_notice_is_not_repeated(
    event: str, smtp: MailSink
) -> None:
    """The worker died between the mail and its note of it: the mail goes out again, recognisably."""
    tell(Recipient(email="a@example.com"))
    sweeper.sweep(LATER)
    Message.objects.update(done_at=None)
    Notice.objects.update(mailed_at=None)
    sweeper.sweep(LATER)
    first, second = smtp.mails
    assert first["Message-ID"] == second["Message-ID"] == mail.message_id(Message.objects.get().dedupe_key)

    Message.objects.update(done_at=None)
    assert sweeper.sweep(LATER) == 1
    assert len(smtp.mails) == 2


@pytest.mark.django_db
def test_the_user_is_written_to_where_they_are_reached_now(event: str, smtp: MailSink) -> None:
    user = make_user(email="old@example.com")
    tell(Recipient(user=user))
    user.email, user.language = "new@example.com", "en"
    user.save()
    sweeper.sweep(LATER)
    assert [mail["To"] for mail in smtp.mails] == ["new@example.com"]
    assert "Chengdu" in smtp.mails[0]["Subject"]


@pytest.mark.django_db
def test_one_refused_address_of_three_is_marked_and_never_tried_again(
    event: str, smtp: MailSink, caplog: pytest.LogCaptureFixture
) -> None:
    smtp.refused.add("b@example.com")
    tell(*(Recipient(email=f"{letter}@example.com") for letter in "abc"))
    assert sweeper.sweep(LATER) == 3
    assert sorted(mail["To"] for mail in smtp.mails) == ["a@example.com", "c@example.com"]
    refused = Notice.objects.get(email="b@example.com")
    assert (refused.refusal, refused.mailed_at) == ("550 5.1.1 <…>: no such mailbox", None)
    assert "b@example.com" not in "".join(record.getMessage() for record in caplog.records if "portal" in record.name)
    assert Message.objects.filter(done_at=None).count() == 0


@pytest.mark.django_db
def test_a_busy_mailbox_is_asked_again(event: str, smtp: MailSink) -> None:
    smtp.busy.add("a@example.com")
    tell(Recipient(email="a@example.com"))
    assert sweeper.sweep(LATER) == 0
    assert Message.objects.get().last_error == "NotTakenNow: 451 4.7.1 greylisted, come back later"
    smtp.busy.clear()
    assert sweeper.sweep(LATER + timedelta(seconds=10)) == 1
    assert len(smtp.mails) == 1


@pytest.mark.django_db
def test_a_mail_server_that_is_away_loses_nothing_and_is_tried_once_a_sweep(
    event: str, settings, smtp: MailSink
) -> None:
    settings.EMAIL_PORT = free_port()
    tell(*(Recipient(email=f"{letter}@example.com") for letter in "abcd"))
    assert sweeper.sweep(LATER) == 0
    assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 0, 0, 1]
    assert "ChannelDown: mail server: ConnectionRefusedError" in Message.objects.values_list("last_error", flat=True)

    settings.EMAIL_PORT = smtp.port
    assert sweeper.sweep(LATER + timedelta(seconds=10)) == 4
    assert len(smtp.mails) == 4


@pytest.mark.django_db
def test_the_mails_of_a_sweep_go_over_one_connection(event: str, smtp: MailSink) -> None:
    for turn in range(2):
        tell(*(Recipient(email=f"{letter}{turn}@example.com") for letter in "abc"))
        assert sweeper.sweep(LATER) == 3
    assert [smtp.calls.count(call) for call in smtp.calls] == [3] * 6


@pytest.mark.django_db
def test_a_connection_that_the_server_gives_up_between_two_mails_is_opened_again(event: str, smtp: MailSink) -> None:
    smtp.patience = 2
    tell(*(Recipient(email=f"{letter}@example.com") for letter in "abcde"))
    assert sweeper.sweep(LATER) == 5
    assert sorted(mail["To"] for mail in smtp.mails) == [f"{letter}@example.com" for letter in "abcde"]
    assert [smtp.calls.count(call) for call in smtp.calls] == [2, 2, 2, 2, 1]


@pytest.mark.django_db
def test_a_server_that_breaks_off_every_time_is_away(event: str, smtp: MailSink) -> None:
    smtp.patience = 0
    tell(*(Recipient(email=f"{letter}@example.com") for letter in "ab"))
    assert sweeper.sweep(LATER) == 0
    assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 1]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["a@b\nBcc: c@example.com", "a b@@example.com"])
def test_an_address_that_cannot_be_written_to_is_marked(event: str, smtp: MailSink, address: str) -> None:
    tell(Recipient(email=address))
    sweeper.sweep(LATER)
    assert Message.objects.filter(done_at=None).count() == 0
    assert smtp.mails == []
    assert Notice.objects.get().refusal.startswith("no address that can be written to")


@pytest.mark.django_db
def test_a_text_goes_to_the_log_with_the_number_masked(event: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    tell(Recipient(phone="+8613812345678", language="en"))
    assert sweeper.sweep(LATER) == 1
    assert "+86138****5678" in caplog.text
    assert "12345678" not in caplog.text
    assert "QS-20261121-00007" in caplog.text
    assert Notice.objects.get().texted_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize("recipient", [Recipient(phone="+8613812345678"), Recipient(email="a@example.com")])
def test_a_one_time_code_is_told_and_then_forgotten(
    recipient: Recipient, smtp: MailSink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    actions.tell([recipient], "one_time_code", key="code-1", facts={"code": "402913"}, now=NOW)
    assert "402913" not in str(Message.objects.values().get())
    sweeper.sweep(LATER)
    told = caplog.text if recipient.phone else smtp.mails[0]["Subject"]
    assert "402913" in told
    assert Notice.objects.get().facts == {}


@pytest.mark.django_db
def test_a_notice_that_was_erased_with_its_person_is_no_longer_owed() -> None:
    tell(Recipient(user=make_user(email="a@example.com")), event="one_time_code")
    Notice.objects.all().delete()
    assert sweeper.sweep(LATER) == 1


@pytest.mark.django_db
def test_a_message_that_got_lost_is_owed_again(event: str, smtp: MailSink) -> None:
    """Reconciliation: deleted here, back within the hour, and only where something is missing."""
    tell(Recipient(email="a@example.com"), Recipient(email="b@example.com"), Recipient(user=make_user()))
    now = timezone.now()
    Notice.objects.update(created_at=now - timedelta(minutes=10))
    lost = Message.objects.first()
    Message.objects.filter(pk=lost.pk).delete()
    assert tasks.owe_forgotten(now) == 1
    assert Message.objects.filter(dedupe_key=lost.dedupe_key).count() == 1
    sweeper.sweep(now + timedelta(seconds=1))
    assert sorted(mail["To"] for mail in smtp.mails) == ["a@example.com", "b@example.com"]
    Message.objects.all().delete()
    assert tasks.owe_forgotten(now) == 0


@pytest.mark.django_db
def test_missing_words_leave_the_mail_owed_and_say_so() -> None:
    tell(Recipient(email="a@example.com"), event="never_written")
    assert sweeper.sweep(LATER) == 0
    assert "notices/never_written.txt" in Message.objects.get().last_error
    assert rendering.UNKNOWN


@pytest.mark.django_db
def test_what_may_wait_stands_in_the_app_at_once_and_is_mailed_later(event: str, smtp: MailSink) -> None:
    monday = NOW + timedelta(days=3)
    tell(Recipient(user=make_user(email="a@example.com")), send_at=monday)
    assert Notice.objects.count() == 1
    assert (sweeper.sweep(LATER), sweeper.sweep(monday), len(smtp.mails)) == (0, 1, 1)


@pytest.mark.django_db
def test_a_lost_message_that_may_wait_is_owed_again_for_its_time() -> None:
    monday = timezone.now() + timedelta(days=3)
    tell(Recipient(email="a@example.com"), send_at=monday)
    Notice.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    Message.objects.all().delete()
    assert tasks.owe_forgotten(timezone.now()) == 1
    assert Message.objects.get().due_at == monday


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("channel", "kinds"), [(Channel.APP, []), (Channel.MAIL, [MAIL, TEXT]), (Channel.TEXT, [TEXT, MAIL])]
)
def test_the_channel_says_which_way_a_notice_leaves_first(channel: str, kinds: list[str]) -> None:
    both, mail_only = Recipient(email="a@example.com", phone="+8613812345678"), Recipient(email="b@example.com")
    phone_only = Recipient(phone="+8613812345679")
    other = {TEXT: mail_only, MAIL: phone_only}
    people = [both, *(other[kind] for kind in kinds[:1])]
    actions.tell_all([Telling(people, "tested", "key-1", FACTS, channel=channel)], now=NOW)
    assert list(Message.objects.order_by("pk").values_list("kind", flat=True)) == kinds


@pytest.mark.django_db
def test_without_a_gateway_what_would_be_a_text_goes_by_mail(settings: Any) -> None:
    settings.SMS_ADAPTER = ""
    people = [Recipient(email="a@example.com", phone="+8613812345678"), Recipient(phone="+8613812345670")]
    actions.tell_all([Telling(people, "tested", "key-1", FACTS, channel=Channel.TEXT)], now=NOW)
    assert list(Message.objects.values_list("kind", flat=True)) == [MAIL]
