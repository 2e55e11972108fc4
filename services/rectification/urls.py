from django.urls import path

from services.rectification.views import appeals, rows, verify

app_name = "rectification"
urlpatterns = [
    path("", rows.rows, name="list"),
    path("ours/", rows.ours, name="ours"),
    path("s/<str:token>/", verify.verify, name="verify"),
    path("thanks/", verify.thanks, name="thanks"),
    path("ratings/<int:pk>/", appeals.rating, name="rating"),
    path("ratings/<int:pk>/reply/", appeals.reply, name="reply_to_rating"),
    path("ratings/<int:pk>/appeal/", appeals.lodge, name="lodge"),
    path("appeals/", appeals.rows, name="appeals"),
    path("appeals/<int:pk>/", appeals.row, name="appeal"),
    path("appeals/<int:pk>/decide/", appeals.decide, name="rule"),
    path("<int:pk>/", rows.row, name="row"),
    path("<int:pk>/call/", rows.call, name="call"),
    path("<int:pk>/reply/", rows.reply, name="reply"),
    path("<int:pk>/ask/", rows.ask, name="ask"),
    path("<int:pk>/check/", rows.check, name="check"),
    path("<int:pk>/answer/", rows.answer, name="answer"),
    path("<int:pk>/decide/", rows.decide, name="decide"),
]
