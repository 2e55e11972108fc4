"""The admin site in the portal's own words."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.counting import CappedPaginator

admin.ModelAdmin.paginator = CappedPaginator
admin.ModelAdmin.show_full_result_count = False

admin.site.site_header = _("NQI One-Stop Service Platform: administration")
admin.site.site_title = _("NQI One-Stop Service Platform")
admin.site.index_title = _("What would you like to look after?")

# Django says these in English only; named here they stand in our catalogue.
SAID_BY_DJANGO = (
    gettext_noop("Model name"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
)
