"""Codes of regions and industries, to be found rather than edited."""

from django.contrib import admin

from portal.reference.models import Industry, Region


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):
    list_display = ["code", "name_zh", "name_en", "level", "valid_to"]
    list_filter = ["level"]
    search_fields = ["code", "name_zh", "pinyin"]
    autocomplete_fields = ["parent"]


@admin.register(Industry)
class IndustryAdmin(admin.ModelAdmin):
    list_display = ["code", "name_zh", "name_en", "section", "size_rule"]
    list_filter = ["level", "section"]
    search_fields = ["code", "name_zh", "name_en", "pinyin"]
    autocomplete_fields = ["parent"]
