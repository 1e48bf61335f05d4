"""Lists without doubles, complete as the domain names them."""

from casework import vocabulary
from casework.vocabulary import Choice, label


def _lists() -> list[tuple[Choice, ...]]:
    own = [value for value in vars(vocabulary).values() if isinstance(value, tuple)]
    return [*own, *vocabulary.MATTERS.values()]


def test_codes_and_words_are_used_once() -> None:
    for choices in _lists():
        for words in zip(*((c.code, c.chinese, c.english) for c in choices), strict=True):
            assert len(set(words)) == len(words)
        assert all(len(choice.code) <= 32 for choice in choices)


def test_every_matter_group_has_its_matters() -> None:
    assert set(vocabulary.MATTERS) == vocabulary.codes(vocabulary.MATTER_GROUPS)
    assert [len(choices) for choices in vocabulary.MATTERS.values()] == [17, 3, 4, 1]


def test_labels() -> None:
    assert label(vocabulary.SERVICES, "legal_aid", "zh_CN") == "法律援助"
    assert label(vocabulary.SERVICES, "legal_aid", "en") == "legal aid"
    assert label(vocabulary.SERVICES, "dropped", "zh_CN") == "dropped"
    assert label(vocabulary.SERVICES, None, "zh_CN") == ""
