"""How a journey comes to the day on which the centre asks."""

ASK_NOW = """
from django.utils import timezone
from services.followup.actions import ask
from services.followup.models import FollowUp
from services.followup.tasks import run
run()
ask(list(FollowUp.objects.filter(rule="first").values_list("pk", flat=True)), now=timezone.now())
"""
"""What the schedule does when it is time and the centre is open, whatever day it is."""
