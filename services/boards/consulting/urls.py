from django.urls import path

from services.boards.consulting.views import awards, experts, findings, plans, printing, steps

app_name = "consulting"
urlpatterns = [
    path("enterprises/<int:enterprise>/actions/", plans.board, name="board"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/print/", printing.printed, name="printed"),
    path("plans/<int:pk>/plan.pdf", printing.plan_pdf, name="plan_pdf"),
    path("plans/<int:pk>/findings/new/", findings.new, name="new_finding"),
    path("plans/<int:pk>/actions/new/", steps.new, name="new_action"),
    path("plans/<int:pk>/re-check/", plans.recheck, name="recheck"),
    path("plans/<int:pk>/close/", plans.close, name="close"),
    path("plans/<int:pk>/reopen/", plans.reopen, name="reopen"),
    path("plans/<int:pk>/experts/", plans.name_expert, name="name_expert"),
    path("findings/<int:pk>/", findings.edit, name="finding"),
    path("findings/<int:pk>/help/", steps.help_with_finding, name="help_with_finding"),
    path("photos/<int:pk>/", findings.photo, name="photo"),
    path("actions/<int:pk>/", steps.action, name="action"),
    path("actions/<int:pk>/edit/", steps.edit, name="edit_action"),
    path("actions/<int:pk>/done/", steps.done, name="done"),
    path("actions/<int:pk>/drop/", steps.drop, name="drop"),
    path("actions/<int:pk>/benefits/", steps.benefit, name="benefit"),
    path("actions/<int:pk>/help/", steps.help_with_action, name="help_with_action"),
    path("benefits/<int:pk>/check/", steps.check_benefit, name="check_benefit"),
    path("benefits/<int:pk>/paper/", steps.paper, name="benefit_paper"),
    path("visits/", experts.mine, name="mine"),
    path("visits/<int:pk>/", experts.declare, name="declare"),
    path("awards/<int:pk>/", awards.checklist, name="checklist"),
    path("awards/<int:pk>/experts/", awards.take_part, name="take_part"),
]
