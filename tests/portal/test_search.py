"""Full-text search on a real PostgreSQL: what is indexed is found, in Chinese, English and numbers."""

from typing import Any

import pytest
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models
from django.test.utils import isolate_apps

from portal import search

pytestmark = pytest.mark.django_db

TEXTS = {
    "case": ("QS-20261121-00042", "卫浴企业的计量器具要检定，新建的研发实验室想做“认证”"),
    "resist": ("QS-20261121-00043", "光刻胶材料检测中心 GB/T 19001-2016"),
    "english": ("QS-20261120-00001", "Calibration of pressure gauges; ISO 9001 certificate"),
    "rare": ("QS-20261119-00007", "𠮷野家食品 3C 91350100M000100Y43"),
}


@pytest.fixture
def paper() -> Any:
    """A table of its own with nothing but a name and a search column."""
    with isolate_apps("portal"):

        class Paper(models.Model):
            name = models.CharField(max_length=20)
            search = SearchVectorField(null=True)

            class Meta:
                app_label = "portal"

        with connection.schema_editor() as editor:
            editor.create_model(Paper)
        for name, (number, words) in TEXTS.items():
            Paper.objects.create(name=name, search=search.vector((number, "A"), words))
        yield Paper


def found(paper: Any, text: str, **options: Any) -> set[str]:
    return set(search.match(paper.objects.all(), text, **options).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("光刻", {"resist"}),
        ("刻胶", {"resist"}),
        ("卫浴", {"case"}),
        ("检定", {"case"}),
        ("检测", {"resist"}),
        ("计量器具检定", {"case"}),
        ("请问实验室认证怎么做", {"case"}),
        ("实验室 光刻", set()),
        ("QS-20261121-00042", {"case"}),
        ("00043", {"resist"}),
        ("qs20261121", {"case", "resist"}),
        ("ＧＢ／Ｔ１９００１", {"resist"}),
        ("GBT 19001", {"resist"}),
        ("19001-2016", {"resist"}),
        ("iso9001", {"english"}),
        ("calibrat gauge", {"english"}),
        ("the calibration", {"english"}),
        ("𠮷野家", {"rare"}),
        ("3c", {"rare"}),
        ("91350100m000100y43", {"rare"}),
        ("", set(TEXTS)),
        ("  \u200b", set(TEXTS)),
        ("，。", set()),
        ("' | !x & <-> :*", set()),
        ("胶", {"resist"}),
        ("\\'; drop", set()),
        ("x" * 5000, set()),
    ],
)
def test_what_is_asked_is_what_is_found(paper: Any, asked: str, names: set[str]) -> None:
    assert found(paper, asked) == names


def test_any_word_is_enough_where_likeness_is_wanted(paper: Any) -> None:
    assert found(paper, "实验室 光刻", any_word=True) == {"case", "resist"}


def test_the_best_match_comes_first(paper: Any) -> None:
    paper.objects.create(name="weak", search=search.vector(("检定", "D")))
    paper.objects.create(name="strong", search=search.vector(("检定", "A")))
    rows = search.ranked(search.match(paper.objects.all(), "检定"), "检定")
    assert [row.name for row in rows][:1] == ["strong"]
    assert [row.name for row in search.ranked(paper.objects.filter(name="weak"), "")] == ["weak"]


def test_an_update_writes_the_column_too(paper: Any) -> None:
    paper.objects.filter(name="rare").update(search=search.vector("绿色食品", ("有机", "B")))
    assert found(paper, "有机食品") == {"rare"}
    assert found(paper, "𠮷野家") == set()


def test_a_very_long_text_is_indexed_as_far_as_it_goes(paper: Any) -> None:
    paper.objects.create(name="long", search=search.vector("检验机构 " * 200_000))
    assert found(paper, "检验机构") == {"long"}


def test_a_row_without_text_is_found_by_nothing(paper: Any) -> None:
    paper.objects.create(name="empty", search=search.vector())
    assert "empty" not in found(paper, "检测")
