"""Standing and appraisal, under the pool's names."""

from django.urls import path

from services.pool.views import appraising, own_standing, standing, standing_appeals

urlpatterns = [
    path("desk/standing/", standing.proposals, name="standing"),
    path("desk/standing/<int:pk>/", standing.proposal, name="proposal"),
    path("desk/standing/<int:pk>/decide/", standing.decide, name="decide_standing"),
    path("desk/standing/<int:pk>/sign/", standing.sign, name="sign_standing"),
    path("desk/institutions/", standing.institutions, name="institutions"),
    path("desk/institutions/<int:pk>/", standing.history, name="history"),
    path("desk/appraisals/", appraising.rows, name="appraisals"),
    path("desk/appraisals/<str:quarter>.<slug:ending>", appraising.export, name="export_appraisals"),
    path("desk/appraisals/<int:pk>/decide/", appraising.appraise, name="appraise"),
    path("appraisals/<int:pk>/", appraising.sheet, name="appraisal"),
    path("standing/<int:pk>/files/<int:attachment>/", standing.paper, name="standing_paper"),
    path("standing/<int:pk>/reply/", own_standing.reply, name="reply_standing"),
    path("standing/<int:pk>/appeal/", own_standing.appeal, name="appeal_standing"),
    path("mine/<int:pk>/standing/", own_standing.own, name="own_standing"),
    path("appeals/", standing_appeals.rows, name="standing_appeals"),
    path("appeals/<int:pk>/", standing_appeals.row, name="standing_appeal"),
    path("appeals/<int:pk>/decide/", standing_appeals.rule, name="rule_standing"),
]
