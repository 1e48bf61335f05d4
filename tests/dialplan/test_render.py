"""From the site file to Asterisk's files."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from dialplan.errors import RefusedValueError
from dialplan.reload import RELOADS
from dialplan.render import render
from dialplan.values import SPECIAL
from hotline.channel_variables import ALL_OF_DIALPLAN
from hotline.errors import SiteError
from hotline.settings import Settings
from hotline.site import Site, parse_site
from tests.dialplan.conftest import Folders

TEMPLATES = Path(__file__).parents[2] / "dialplan" / "templates"

#: What Asterisk itself brings: variables, functions, the fields of a CEL line.
ASTERISK_VARIABLES = {"UNIQUEID", "EPOCH", "EXTEN", "DIALSTATUS", "BRIDGEPEER"}
ASTERISK_FUNCTIONS = {
    *("STRFTIME", "DIALPLAN_EXISTS", "DEVICE_STATE", "LEN", "FILTER", "CALLERID"),
    *("CSV_QUOTE", "CHANNEL"),
}
CEL_FIELDS = {"eventtype", "eventtime", "userdeftype", "eventextra"}

_NASTY = st.one_of(
    st.sampled_from(["x]\n[admin]\nsecret=x", 'a"b', "a,b", "${SYSTEM(id)}", "a;b", "a=>b", "::"]),
    st.text(alphabet="ab1:./-_[](){}<>;,=$\"'`\\|&#!*?^\n\r 省", max_size=20),
    st.from_regex(r"[a-z0-9.:-]{1,20}", fullmatch=True),
)


def test_the_same_site_gives_the_same_files(settings: Settings, folders: Folders) -> None:
    assert render(settings, folders) == render(settings, folders)


def test_every_file_has_its_way_of_being_read_again(settings: Settings, folders: Folders) -> None:
    assert set(render(settings, folders)) == set(RELOADS)


@pytest.mark.parametrize("template", sorted(TEMPLATES.iterdir()), ids=lambda path: path.name)
def test_templates_use_known_variables_only(template: Path) -> None:
    text = "\n".join(line for line in template.read_text().splitlines() if not line.startswith(";"))
    read = set(re.findall(r"\$\{(\w+)(?!\w|\()", text))
    called = set(re.findall(r"\$\{(\w+)\(", text))
    written = set(re.findall(r"Set\(_{0,2}(\w+)=", text))
    assert read <= ALL_OF_DIALPLAN | ASTERISK_VARIABLES | CEL_FIELDS
    assert written <= ALL_OF_DIALPLAN | {"DIALSTATUS"}
    assert called <= ASTERISK_FUNCTIONS


def test_a_password_that_somebody_edited_is_refused_with_its_key(
    settings: Settings, folders: Folders
) -> None:
    secrets = settings.state_dir / "secrets.toml"
    settings.secrets()
    secrets.write_text(re.sub('ami = ".*"', 'ami = "x]y"', secrets.read_text()))
    with pytest.raises(RefusedValueError, match=r"^secrets\.ami: "):
        render(settings, folders)


@pytest.mark.parametrize("name", ["a,b", "a;b", "a[b", "$x", "l" * 100])
def test_a_state_folder_that_asterisk_would_misread_is_refused(
    settings: Settings, folders: Folders, name: str
) -> None:
    state = settings.state_dir / name
    state.mkdir()
    with pytest.raises(RefusedValueError, match=r"^server\.state_dir: "):
        render(replace(settings, state_dir=state), folders)


def test_the_servers_are_tried_in_order_and_the_first_once_more(
    settings: Settings, folders: Folders
) -> None:
    arrival = render(settings, folders)["extensions.conf"].partition("[arrived]")[0]
    assert re.findall(r"AGI\(agi://(.*)\)", arrival) == [
        "127.0.0.1:4573/call",
        "127.0.0.1:4574/resume",
        "127.0.0.1:4573/resume",
    ]


def test_a_city_rings_its_own_seats_and_the_province_all(
    settings: Settings, folders: Folders
) -> None:
    text = render(settings, folders)["extensions.conf"]
    assert _rung(text, "fallback-seats-changchun") == ["cc01", "cc02"]
    assert _rung(text, "fallback-province") == [seat.name for seat in settings.site.seats]


def _rung(text: str, context: str) -> list[str]:
    section = text.partition(f"[{context}]\n")[2].partition("\n[")[0]
    return re.findall(r"DEVICE_STATE\(PJSIP/(\w+)\)", section)


# ---------------------------------------------------------------------- nothing breaks out


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, (*path, key))
    elif isinstance(value, (list, tuple)):
        for index, part in enumerate(value):
            yield from _leaves(part, (*path, index))
    elif isinstance(value, str):
        yield path


def _with(value: Any, path: tuple[Any, ...], text: str) -> Any:
    if not path:
        return text
    if isinstance(value, dict):
        return {k: _with(v, path[1:], text) if k == path[0] else v for k, v in value.items()}
    return [_with(v, path[1:], text) if i == path[0] else v for i, v in enumerate(value)]


def _rename(value: Any, old: str, new: str) -> Any:
    """Everything that names a city or a skill by its code."""
    if isinstance(value, dict):
        return {k: _rename(v, old, new) for k, v in value.items()}
    if isinstance(value, list):
        return [_rename(v, old, new) for v in value]
    return new if value == old else value


def _special(files: dict[str, str]) -> dict[str, Counter[str]]:
    """How often each file says each special character and line end; IPv6's brackets apart."""
    return {
        name: Counter(
            c
            for c in re.sub(r"\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\]", "", text)
            if c in SPECIAL or c in "\n\r\0"
        )
        for name, text in files.items()
    }


def _site_or_refused_key(data: dict[str, Any]) -> Site | str:
    try:
        return parse_site(data)
    except SiteError as error:
        return error.key


@profile(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_no_value_of_the_site_file_breaks_out(
    data: st.DataObject, jilin: Site, settings: Settings, folders: Folders
) -> None:
    """Whatever one text of the site file says: it is refused under its key, or the files have
    exactly the special characters they had before.
    """
    plain = jilin.model_dump(by_alias=True, mode="json")
    path = data.draw(st.sampled_from(list(_leaves(plain))))
    text = data.draw(_NASTY)
    assume(path[-1] != "city")  # moving a seat adds its line elsewhere, as it should
    changed = _with(plain, path, text)
    if path[-1] == "code":
        changed = _rename(changed, plain[path[0]][path[1]]["code"], text)
    site = _site_or_refused_key(changed)
    if isinstance(site, str):
        assert site.split(".")[0] == path[0]
        return
    before = _special(render(settings, folders))
    assert _special(render(replace(settings, site=site), folders)) == before
