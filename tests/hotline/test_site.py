"""The site file: what it says, and how it is refused."""

import copy
from pathlib import Path
from typing import Any

import pytest

from hotline.errors import SiteError
from hotline.site import Site, load_site, parse_site

SITE: dict[str, Any] = {
    "city": [
        {"code": "changchun", "name": "长春", "area_codes": ["0431"]},
        {"code": "jilin", "name": "吉林", "area_codes": ["0432"]},
    ],
    "seat": [{"name": "cc01", "city": "changchun"}],
    "trunk": [{"name": "operator", "match": ["192.0.2.10"]}],
    "skill": [{"code": "labour", "name": "劳动"}],
    "relaxation": [],
    "server": {},
    "hotline": {},
}


def _site(*path: Any, value: Any) -> dict[str, Any]:
    data = copy.deepcopy(SITE)
    place: Any = data
    for key in path[:-1]:
        place = place[key]
    if path[-1] == "+":
        place.append(value)
    else:
        place[path[-1]] = value
    return data


def test_the_example_is_a_complete_province(jilin: Site) -> None:
    names = {city.name for city in jilin.cities}
    assert names == {
        *("长春", "吉林", "四平", "辽源", "通化", "白山", "松原", "白城", "延边", "长白山"),
        *("梅河口", "公主岭"),
    }
    assert all(jilin.seats_of(city.code) for city in jilin.cities)


def _menu(**choice: Any) -> dict[str, Any]:
    return {"text": "劳动请按1。", "choice": [{"key": "1", **choice}]}


_LEVEL = "menu.choice.0.want.0.level"

INJECTIONS = ["x]\n[admin]", 'a"b', "a,b", "${SYSTEM(id)}", "a;b", "a b", "a=>b", "省", "", "x\n"]


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize(
    ("path", "key"),
    [
        (("seat", 0, "name"), "seat.0.name"),
        (("trunk", 0, "name"), "trunk.0.name"),
        (("trunk", 0, "match"), "trunk.0.match.0"),
        (("city", 0, "code"), "city.0.code"),
        (("city", 0, "area_codes"), "city.0.area_codes.0"),
        (("hotline", "system_name"), "hotline.system_name"),
        (("hotline", "number"), "hotline.number"),
        (("server", "sip_bind"), "server.sip_bind"),
        (("server", "agi"), "server.agi.0"),
        (("server", "ami"), "server.ami"),
    ],
)
def test_an_injection_is_refused_with_file_and_key(
    path: tuple[Any, ...], key: str, text: str
) -> None:
    several = key.endswith(".0")
    with pytest.raises(SiteError) as refused:
        parse_site(_site(*path, value=[text] if several else text), "jl.toml")
    assert refused.value.key == key
    assert str(refused.value).startswith(f"jl.toml: {key}: ")


@pytest.mark.parametrize(
    ("path", "value", "key", "reason"),
    [
        (("seat", 0, "city"), "yanbian", "seat.city", "cc01 is in unknown city yanbian"),
        (("seat", "+"), {"name": "cc01", "city": "jilin"}, "seat.name", "cc01 named twice"),
        (("seat", 0, "name"), "operator", "seat.name or trunk.name", "operator named twice"),
        (("city", 1, "code"), "changchun", "city.code", "changchun named twice"),
        (("city", 1, "area_codes"), ["431"], "city.area_codes", "0431 named twice"),
        (("server", "rtp_last"), 2000, "server.rtp_last", "must be above rtp_first"),
        (("server", "sip_bind"), "127.0.0.1:0", "server.sip_bind", "between 1 and 65535"),
        (("server", "sip_bind"), "sip.example:5060", "server.sip_bind", "IPv4 or IPv6"),
        (("server", "ami"), "0.0.0.0:5038", "server.ami", "not every one"),
        (("server", "agi"), [":4573"], "server.agi.0", "must name a host"),
        (("server", "agi"), [], "server.agi", "at least 1"),
        (("trunk", 0, "match"), ["0.0.0.0/0"], "trunk.0.match.0", "would let everybody in"),
        (("trunk", 0, "match"), ["::/0"], "trunk.0.match.0", "pattern"),
        (("trunk", 0, "match"), ["192.0.2.300"], "trunk.0.match.0", "IPv4 or IPv6"),
        (("trunk", 0, "codecs"), ["g729"], "trunk.0.codecs.0", "pattern"),
        (("seat", 0, "name"), "1001", "seat.0.name", "must contain a letter"),
        (("seat", 0, "name"), "anonymous", "seat.0.name", "no caller's name"),
        (("hotline", "colour"), "red", "hotline.colour", "not permitted"),
        (("city",), [], "city", "at least 1"),
        (("city", 0, "neighbours"), ["yanbian"], "city.neighbours", "unknown city yanbian"),
        (("city", 0, "neighbours"), ["changchun"], "city.neighbours", "changchun names itself"),
        (("city", 0, "neighbours"), ["jilin", "jilin"], "city.neighbours", "jilin named twice"),
        (("skill", "+"), {"code": "labour", "name": "劳"}, "skill.code", "labour named twice"),
        (("menu",), _menu(city="yanbian"), "menu.choice.city", "unknown city yanbian"),
        (("menu",), _menu(want=[{"skill": "law"}]), "menu.choice.want.skill", "unknown skill law"),
        (("menu",), _menu(want=[{"skill": "labour", "level": 4}]), _LEVEL, "less than or equal"),
        (("menu",), _menu(priority="friend"), "menu.choice.0.priority", "danger_to_life"),
        (
            ("relaxation", "+"),
            {"after_seconds": 9, "level": 0, "skills": ["law"]},
            "relaxation.skills",
            "nobody can have unknown skill law",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_key_and_reason(
    path: tuple[Any, ...], value: Any, key: str, reason: str
) -> None:
    with pytest.raises(SiteError) as refused:
        parse_site(_site(*path, value=value), "jl.toml")
    assert refused.value.file == "jl.toml"
    assert refused.value.key == key
    assert reason in refused.value.reason
    assert "Value error" not in str(refused.value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("server", "sip_bind"), "[::]:5060"),
        (("server", "console"), ":8080"),
        (("trunk", 0, "match"), ["10.0.0.0/24", "sbc.operator.example", "2001:db8::5"]),
        (("server", "agi"), ["agi-1.example:4573"]),
    ],
)
def test_what_a_site_may_well_say_is_taken(path: tuple[Any, ...], value: Any) -> None:
    parse_site(_site(*path, value=value))


def test_an_area_code_has_its_zero() -> None:
    site = parse_site(_site("city", 0, "area_codes", value=["431", "04379"]))
    assert site.cities[0].area_codes == ("0431", "04379")


def test_a_missing_and_a_broken_file_are_named(tmp_path: Path) -> None:
    file = tmp_path / "hotline.toml"
    with pytest.raises(SiteError, match=r"hotline\.toml: file: No such file"):
        load_site(file)
    file.write_text("[hotline\n")
    with pytest.raises(SiteError, match=r"hotline\.toml: file: Expected"):
        load_site(file)


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("dial", "nowhere", "trunk.0.dial"),
        ("dial", ":5060", "trunk.0.dial"),
        ("dial", "192.0.2.10:5060,r", "trunk.0.dial"),
    ],
)
def test_where_calls_go_out_is_a_host_and_a_port(key: str, value: str, named: str) -> None:
    with pytest.raises(SiteError) as refused:
        parse_site(_site("trunk", 0, key, value=value))
    assert refused.value.key == named


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pauses_minutes", []),
        ("pauses_minutes", [-1]),
        ("offer_key", "12"),
        ("by_itself", "sometimes"),
        ("claim_minutes", 0),
    ],
)
def test_call_back_rules_are_checked(key: str, value: Any) -> None:
    with pytest.raises(SiteError) as refused:
        parse_site({**SITE, "callback": {key: value}})
    assert refused.value.key.startswith(f"callback.{key}")


def test_nobody_is_called_back_in_hours_that_end_before_they_begin() -> None:
    with pytest.raises(SiteError) as refused:
        parse_site({**SITE, "callback": {"first_hour": 9, "last_hour": 9}})
    assert refused.value.key == "callback.last_hour"
