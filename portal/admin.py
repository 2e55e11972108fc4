"""The admin site in the portal's own words."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

admin.site.site_header = _("NQI One-Stop Service Platform: administration")
admin.site.site_title = _("NQI One-Stop Service Platform")
admin.site.index_title = _("What would you like to look after?")
