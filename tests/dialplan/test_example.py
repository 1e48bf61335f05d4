"""asterisk.conf.example is what would be rendered; tests/telephony/dialplan loads it."""

from dialplan.example import EXAMPLE, example_text


def test_the_example_is_the_rendered_file() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == example_text(), (
        "made again with: python -m dialplan.example"
    )
