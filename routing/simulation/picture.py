"""A run as a picture: calls and service by the hour, occupancy and overflow by city. SVG."""

from collections.abc import Iterator
from html import escape

from hotline.site import Site
from routing.simulation.profile import HOURS
from routing.simulation.summary import Summary

_WIDTH = 900
_LEFT = 60
_CHART = 200  # height of the upper chart, and its width per hour
_TOP = 70
_HOUR = 34
_ROW = 24
_BAR = 300
_ANSWERED, _ABANDONED, _LEVEL, _OVERFLOW = "#4878a8", "#d1605e", "#222222", "#e49444"


def picture(summary: Summary, site: Site) -> str:
    """The SVG's text."""
    height = _TOP + _CHART + 110 + _ROW * len(summary.cities)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
        *_heading(summary, site),
        *_hours(summary),
        *_cities(summary, site),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _heading(summary: Summary, site: Site) -> Iterator[str]:
    whole = summary.whole
    yield _text(_LEFT, 24, site.hotline.name, size=17)
    yield _text(
        _LEFT,
        46,
        f"{whole.calls} calls, {summary.seats} seats: {_percent(whole.answered_share)} answered, "
        f"{_percent(whole.service_level)} of them in {summary.answer_seconds} s",
    )
    for n, (colour, words) in enumerate(
        ((_ANSWERED, "answered"), (_ABANDONED, "abandoned"), (_LEVEL, "answered in time, %"))
    ):
        yield _rect(600 + 95 * n, 36, 10, 10, colour)
        yield _text(614 + 95 * n, 46, words)


def _hours(summary: Summary) -> Iterator[str]:
    bottom = _TOP + _CHART
    most = max(part.calls for part in summary.hours) or 1
    points = []
    for hour, part in enumerate(summary.hours):
        x = _LEFT + hour * _HOUR
        answered = part.answered / most * _CHART
        abandoned = part.abandoned / most * _CHART
        yield _rect(x + 3, bottom - answered, _HOUR - 6, answered, _ANSWERED)
        yield _rect(x + 3, bottom - answered - abandoned, _HOUR - 6, abandoned, _ABANDONED)
        yield _text(x + _HOUR / 2, bottom + 18, str(hour), anchor="middle")
        if part.service_level is not None:
            points.append(f"{x + _HOUR / 2:.1f},{bottom - part.service_level * _CHART:.1f}")
    line = " ".join(points)
    yield f'<polyline points="{line}" fill="none" stroke="{_LEVEL}" stroke-width="2"/>'
    right = _LEFT + HOURS * _HOUR
    for share in (0.0, 0.5, 1.0):
        y = bottom - share * _CHART
        yield _text(_LEFT - 8, y + 4, f"{share * most:.0f}", anchor="end")
        yield _text(right + 2, y + 4, _percent(share))


def _cities(summary: Summary, site: Site) -> Iterator[str]:
    top = _TOP + _CHART + 70
    first, second = _LEFT + 60, _LEFT + 60 + _BAR + 90
    yield _text(first, top - 10, "occupancy of the city's agents")
    yield _text(second, top - 10, "callers served by another city")
    for n, (code, part) in enumerate(summary.cities.items()):
        y = top + n * _ROW
        yield _text(first - 8, y + 14, site.city(code).name, anchor="end")
        for x, share, colour in (
            (first, part.occupancy, _ANSWERED),
            (second, part.overflow, _OVERFLOW),
        ):
            length = (share or 0) * _BAR
            yield _rect(x, y + 2, length, _ROW - 6, colour)
            yield _text(x + length + 6, y + 14, _percent(share))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'
    )


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 13) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">'
        f"{escape(words)}</text>"
    )
