"""Where a number is from. Mobile ranges are phonenumbers' own data, used as they are."""

import pytest

from hotline.site import Site, parse_site
from routing.origin import origin_city


@pytest.mark.parametrize(
    ("number", "city"),
    [
        ("043188888888", "changchun"),
        ("0431-8888 8888", "changchun"),
        ("(0431)88888888", "changchun"),
        ("+8643188888888", "changchun"),
        ("+86043188888888", "changchun"),
        ("008643188888888", "changchun"),
        ("8643188888888", "changchun"),
        ("43188888888", "changchun"),
        ("04326666666", "jilin"),
        ("04351234567", "tonghua"),
        ("04481234567", "meihekou"),
        ("04332222222", "yanbian"),
        ("043112348", "changchun"),
        ("13904310000", "changchun"),
        ("013904310000", "changchun"),
        ("+8613904310000", "changchun"),
        ("008613904310000", "changchun"),
        ("8613904310000", "changchun"),
        ("13943300000", "songyuan"),
        ("13614440000", "siping"),
        ("13009080000", "yanbian"),
    ],
)
def test_numbers_of_the_province(jilin: Site, number: str, city: str) -> None:
    assert origin_city(jilin, number) == city


@pytest.mark.parametrize(
    "number",
    [
        "01088888888",  # Beijing
        "13800100500",  # Beijing, mobile
        "+12025550100",
        "0012025550100",
        "88888888",  # no area code
        "12348",
        "0431",
        "4001234567",
        "",
        "anonymous",
        "Anonymous <sip:x>",
        "+",
        "+86",
        "00860",
        "0" * 40,
        "9" * 15,
        "1390431000",  # a digit short
        "139043100000000",
        "139\n0431",
        "１３９０４３１００００",
        "139'; DROP",
    ],
)
def test_everything_else_is_the_province_pool(jilin: Site, number: str) -> None:
    assert origin_city(jilin, number) is None


def test_the_longest_area_code_wins() -> None:
    site = parse_site(
        {
            "city": [
                {"code": "wide", "name": "宽", "area_codes": ["0431"]},
                {"code": "narrow", "name": "窄", "area_codes": ["04318"]},
            ]
        }
    )
    assert origin_city(site, "043188888888") == "narrow"
    assert origin_city(site, "043178888888") == "wide"


def test_the_province_s_name_is_not_its_city_s(jilin: Site) -> None:
    """吉林省长春市 holds 吉林, the name of another city."""
    assert origin_city(jilin, "15500000000") == "changchun"
    assert origin_city(jilin, "13009150000") == "jilin"
