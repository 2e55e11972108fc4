"""The regions: what the file holds, how they are found, how they lie in one another."""

import csv
from collections import Counter
from datetime import date

import pytest
from django.utils.translation import override

from portal.reference import loading
from portal.reference.models import Region, code_ancestors, code_prefix

DAY = date(2026, 11, 21)
ROWS = list(csv.DictReader((loading.DATA / "regions.csv").read_text(encoding="utf-8").splitlines()))
BY_CODE = {row["code"]: row for row in ROWS}


@pytest.fixture
def regions(db: None) -> None:
    loading.load()


def test_the_file_holds_every_province_and_no_development_zone() -> None:
    levels = Counter(row["level"] for row in ROWS)
    assert (len(ROWS), len(BY_CODE)) == (3224, 3224)
    assert levels == {"1": 34, "2": 342, "3": 2848}
    assert not [row["name_zh"] for row in ROWS if "开发区" in row["name_zh"] or "示范区" in row["name_zh"]]


def test_every_row_hangs_under_the_row_its_code_says() -> None:
    wrong = [
        row["code"]
        for row in ROWS
        if row["parent"] != (code_ancestors(row["code"])[-1] if row["level"] != "1" else "")
        or len(code_ancestors(row["code"])) != int(row["level"]) - 1
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "name_zh", "name_en", "pinyin"),
    [
        ("510100", "成都市", "Chengdu", "chengdushi cds"),
        ("500000", "重庆市", "Chongqing", "chongqingshi cqs"),
        ("500118", "永川区", "Yongchuan", "yongchuanqu ycq"),
        ("500100", "市辖区", "Municipal districts", "shixiaqu sxq"),
        ("500233", "忠县", "Zhong County", "zhongxian zx"),
        ("510185", "简阳市", "Jianyang", "jianyangshi jys"),
        ("442000", "中山市", "Zhongshan", "zhongshanshi zss"),
        ("441900", "东莞市", "Dongguan", "dongguanshi dgs"),
        ("430121", "长沙县", "Changsha County", "changshaxian csx"),
        ("610100", "西安市", "Xi'an", "xianshi xas"),
        ("610000", "陕西省", "Shaanxi", "shanxisheng sxs"),
        ("140400", "长治市", "Changzhi", "changzhishi czs"),
        ("341500", "六安市", "Lu'an", "luanshi las"),
        (
            "522700",
            "黔南布依族苗族自治州",
            "Qiannan Buyi and Miao Autonomous Prefecture",
            "qiannanbuyizumiaozuzizhizhou",
        ),
        ("513400", "凉山彝族自治州", "Liangshan Yi Autonomous Prefecture", "liangshanyizuzizhizhou lsyzzzz"),
        ("710000", "台湾省", "Taiwan", "taiwansheng tws"),
        ("810000", "香港特别行政区", "Hong Kong SAR", "xianggangtebiexingzhengqu xgtbxzq"),
        ("820000", "澳门特别行政区", "Macao SAR", "aomentebiexingzhengqu amtbxzq"),
    ],
)
def test_names_are_those_of_the_places(code: str, name_zh: str, name_en: str, pinyin: str) -> None:
    row = BY_CODE[code]
    assert (row["name_zh"], row["name_en"]) == (name_zh, name_en)
    assert row["pinyin"].startswith(pinyin)


def test_zhongshan_and_dongguan_have_no_counties() -> None:
    assert not [row for row in ROWS if row["parent"] in ("441900", "442000")]


def test_codes_tell_what_lies_where() -> None:
    assert [code_prefix(code) for code in ("510000", "510100", "510185", "442000", "510185101")] == [
        "51",
        "5101",
        "510185",
        "4420",
        "510185101",
    ]
    assert code_ancestors("510185101") == ["510000", "510100", "510185"]
    assert code_ancestors("510000") == []
    assert Region(code="510100").covers("510185")
    assert not Region(code="510100").covers("510700")
    assert Region(code="500000").covers("500118")


@pytest.mark.usefixtures("regions")
def test_a_region_holds_itself_and_what_is_in_it() -> None:
    inside = Region.objects.within("500000")
    assert inside.count() == 41
    assert inside.filter(code="500118").exists()
    assert list(Region.objects.within(Region.objects.get(code="442000")).values_list("code", flat=True)) == ["442000"]
    assert list(Region.objects.ancestors("510185").values_list("name_zh", flat=True)) == ["四川省", "成都市"]


@pytest.mark.usefixtures("regions")
def test_a_path_leaves_out_the_shells_and_costs_one_query(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        rows = {row.code: row for row in Region.objects.with_parents().filter(code__in=["500118", "442000", "510185"])}
        paths = {code: row.path for code, row in rows.items()}
        with override("en"):
            english = {code: row.path for code, row in rows.items()}
    assert paths == {"500118": "重庆市永川区", "442000": "广东省中山市", "510185": "四川省成都市简阳市"}
    assert english == {
        "500118": "Yongchuan, Chongqing",
        "442000": "Zhongshan, Guangdong",
        "510185": "Jianyang, Chengdu, Sichuan",
    }


@pytest.mark.usefixtures("regions")
@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("永川", "500118"),
        ("yongchuan", "500118"),
        ("ycq", "500118"),
        ("500118", "500118"),
        ("５００１１８", "500118"),
        ("chengdu", "510100"),
        ("Zhongshan", "442000"),
        ("xi'an", "610100"),
        ("lüliang", "141100"),
    ],
)
def test_a_region_is_found_by_name_pinyin_initials_and_code(typed: str, first: str) -> None:
    found = Region.objects.choosable().search(typed).order_by("level", "code")
    assert first in list(found.values_list("code", flat=True)[:8])


@pytest.mark.usefixtures("regions")
def test_shells_are_no_choice() -> None:
    names = set(Region.objects.choosable().values_list("name_zh", flat=True))
    assert not names & {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
    assert Region.objects.choosable().count() == 3224 - 9


@pytest.mark.usefixtures("regions")
def test_a_code_holds_only_in_its_time() -> None:
    Region.objects.filter(code="500118").update(valid_from=date(2006, 10, 22))
    Region.objects.filter(code="500155").update(valid_to=date(2020, 1, 1))
    assert Region.objects.in_force(DAY).filter(code="500118").exists()
    assert not Region.objects.in_force(date(2006, 10, 21)).filter(code="500118").exists()
    assert not Region.objects.in_force(DAY).filter(code="500155").exists()
