from django.urls import path

from services.boards.labs.views import bookings, desk, feeds, instruments, statements

app_name = "labs"
urlpatterns = [
    path("", instruments.search, name="search"),
    path("equipment/<int:pk>/", instruments.instrument, name="instrument"),
    path("equipment/<int:pk>/times/", instruments.times, name="times"),
    path("equipment/<int:pk>/photo/", instruments.photo, name="photo"),
    path("equipment/<int:pk>/book/", bookings.book, name="book"),
    path("equipment/<int:pk>/wait/", bookings.wait, name="wait"),
    path("bookings/", bookings.mine, name="mine"),
    path("bookings/<int:pk>/", bookings.booking, name="booking"),
    path("bookings/<int:pk>/statement.pdf", statements.statement, name="statement"),
    path("bookings/<int:pk>/confirm/", bookings.confirm, name="confirm"),
    path("bookings/<int:pk>/move/", bookings.move, name="move"),
    path("bookings/<int:pk>/cancel/", bookings.cancel, name="cancel"),
    path("bookings/<int:pk>/check-in/", bookings.check_in, name="check_in"),
    path("bookings/<int:pk>/check-out/", bookings.check_out, name="check_out"),
    path("bookings/<int:pk>/approve/", desk.approve, name="approve"),
    path("bookings/<int:pk>/decline/", desk.decline, name="decline"),
    path("waiting/<int:pk>/leave/", bookings.leave, name="leave"),
    path("desk/", desk.desk, name="desk"),
    path("desk/statements.<slug:ending>", statements.month, name="statements"),
    path("desk/times/", desk.times, name="desk_times"),
    path("desk/<int:pk>/", desk.keep, name="keep"),
    path("desk/<int:pk>/rules/", desk.rules, name="rules"),
    path("desk/<int:pk>/hours/", desk.hours, name="hours"),
    path("desk/<int:pk>/facts/", desk.facts, name="facts"),
    path("desk/<int:pk>/block/", desk.block, name="block"),
    path("desk/<int:pk>/qualify/", desk.qualify, name="qualify"),
    path("blocked/<int:pk>/lift/", desk.lift, name="lift"),
    path("qualifications/<int:pk>/withdraw/", desk.withdraw, name="withdraw"),
    path("calendars/mine/", feeds.renew_mine, name="feed_mine"),
    path("calendars/equipment/<int:pk>/", feeds.renew_instrument, name="feed_instrument"),
    path("calendars/<int:pk>/<str:token>.ics", feeds.feed, name="feed"),
]
