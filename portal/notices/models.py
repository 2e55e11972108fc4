"""What is told to whom. A notice keeps the event and its facts; its words are made when it is read or sent."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User


class Channel(models.TextChoices):
    """By which way a notice leaves the house first; where that way leads nowhere, by the other. App: not at all."""

    APP = "app", _("In the portal only")
    MAIL = "mail", _("Mail")
    TEXT = "text", _("Short message")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user=user)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """One thing told to one person. Without a user it goes to a mail address or phone only.

    It stands in the list at once; ``send_at`` is when it may leave the house, None for at once too.
    ``refusal`` is what the receiving side said when it refused the address for good: nobody was told; or that
    what the notice asks for was done before it could leave.
    """

    key = models.CharField(max_length=180, unique=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="notices", db_index=False)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    event = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    path = models.CharField(max_length=300, blank=True)
    channel = models.CharField(max_length=4, choices=Channel, default=Channel.MAIL, db_default=Channel.MAIL)
    created_at = models.DateTimeField(auto_now_add=True)
    send_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    texted_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="notice_unread"),
            models.Index(
                fields=["created_at"],
                condition=models.Q(mailed_at=None, texted_at=None, refusal=""),
                name="notice_not_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.key}"

    @property
    def reader_language(self) -> str:
        return self.user.language if self.user else self.language

    @property
    def mail_address(self) -> str:
        return self.email or (self.user.email if self.user else "") or ""

    @property
    def phone_number(self) -> str:
        return self.phone or (self.user.phone if self.user else "") or ""
