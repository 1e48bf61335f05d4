"""Which city a caller calls from, by number: the site's area codes, then mobile number ranges."""

import re

from phonenumbers import NumberParseException, parse
from phonenumbers.geocoder import description_for_number

from hotline.site import Site

#: 86, however it was written before; national numbers have 10 or 11 digits after it.
_COUNTRY = re.compile(r"^(?:\+|00)86|^86(?=\d{10,11}$)")
_FOREIGN = re.compile(r"^(?:\+|00)")
_MOBILE = re.compile(r"^0?(1[3-9]\d{9})$")
#: Fewer digits after an area code are no telephone number.
_SHORTEST_LOCAL = 3


def origin_city(site: Site, number: str) -> str | None:
    """The code of the city whose number this is; None: the province pool.

    Takes what a trunk may send: 0431…, 431…, +86431…, 0086139…, 139…, 0139…, with or without
    spaces, hyphens and brackets; anything else, a withheld number too, is None.
    """
    national = _national(number)
    if national is None:
        return None
    mobile = _MOBILE.match(national)
    if mobile:
        return _by_range(site, mobile[1])
    fixed = national if national.startswith("0") else f"0{national}"
    return _by_area_code(site, fixed) or _by_range(site, fixed)


def _national(number: str) -> str | None:
    digits = re.sub(r"[\s().-]", "", number)
    digits = _COUNTRY.sub("", digits)
    if _FOREIGN.match(digits) or not re.fullmatch(r"[0-9]{7,20}", digits):
        return None
    # Without an area code 7 or 8 digits name no city.
    return digits if digits.startswith("0") or len(digits) > 8 else None


def _by_area_code(site: Site, fixed: str) -> str | None:
    codes = {area: city.code for city in site.cities for area in city.area_codes}
    known = (fixed[:length] for length in range(len(fixed) - _SHORTEST_LOCAL, 0, -1))
    return next((codes[prefix] for prefix in known if prefix in codes), None)


def _by_range(site: Site, national: str) -> str | None:
    """By the place that the published number ranges name, such as 吉林省长春市."""
    try:
        place = description_for_number(parse(national, "CN"), "zh")
    except NumberParseException:
        return None
    # 吉林 is a province and a city of it: what is left after the province counts.
    province = site.hotline.province
    if not place.startswith(province):
        return None
    return _named_first(site, place.removeprefix(province))


def _named_first(site: Site, place: str) -> str | None:
    """Some ranges serve two places (通化市、梅河口市): the first is the seat of the exchange."""
    names = [(name, c.code) for c in site.cities for name in (c.name, *c.place_names)]
    found = [(place.index(name), -len(name), code) for name, code in names if name in place]
    return min(found)[2] if found else None
