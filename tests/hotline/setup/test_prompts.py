"""Prompts: all there, spoken as meant, made once, replaceable by studio recordings."""

import re
from array import array
from pathlib import Path

import pytest

from hotline.errors import ToolMissingError
from hotline.setup import prompts
from hotline.setup.sound import RATE, SoundError, read_wav, rms, write_wav
from hotline.tools import find_espeak

NEEDED = {
    *("greeting", "notice", "waiting", "still-waiting", "nobody-yet", "apology"),
    *("agent-number", "serves-you", "rating", "rating-again", "thanks", "goodbye"),
    *(f"digit-{digit}" for digit in range(10)),
}
TEXTS = prompts.texts()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was spoken, without a voice: each text becomes a beep of its own."""
    heard: list[str] = []

    def say(text: str, path: Path) -> None:
        heard.append(text)
        write_wav(path, array("h", [len(text)]))

    monkeypatch.setattr(prompts, "say_to_file", say)
    return heard


def test_every_prompt_a_call_needs_has_a_chinese_text() -> None:
    texts = prompts.texts()
    assert texts.keys() >= NEEDED
    assert all(re.search("[\u4e00-\u9fff]", text) for text in texts.values())


def test_the_line_names_itself_and_the_recording_is_announced() -> None:
    assert "12348公共法律服务热线" in prompts.texts()["greeting"]
    assert "录音" in prompts.texts()["notice"]


def test_asked_again_five_is_still_the_best_rating() -> None:
    assert "5为非常满意" in prompts.texts()["rating-again"]


def test_five_is_the_best_rating() -> None:
    pairs = re.findall("([^，：]*满意)请按(\\d)", prompts.texts()["rating"])
    assert {number: level for level, number in pairs} == {
        "5": "非常满意",
        "4": "满意",
        "3": "基本满意",
        "2": "不满意",
        "1": "非常不满意",
    }


def test_a_number_is_spoken_as_a_telephone_number_but_a_key_is_not() -> None:
    assert prompts.spoken("这里是12348热线", {}) == "这里是幺二三四八热线"
    assert prompts.spoken("请按1", {}) == "请按1"


def test_a_word_said_wrongly_is_given_in_pinyin() -> None:
    assert prompts.spoken("服务质量", prompts.pronunciation()) == "服务zhi4 liang4 "


def test_prompts_are_made_once(tmp_path: Path, said: list[str]) -> None:
    assert len(prompts.make_prompts(tmp_path)) == len(prompts.texts()) == len(said)
    assert prompts.is_whole(tmp_path)
    assert prompts.make_prompts(tmp_path) == []


def test_only_what_changed_is_spoken_again(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts.make_prompts(tmp_path)
    before = prompts.wanted()
    monkeypatch.setattr(prompts, "texts", lambda: {**TEXTS, "goodbye": "再见。"})
    said.clear()
    assert prompts.make_prompts(tmp_path) == [tmp_path / "goodbye.wav"]
    assert said == ["再见。"]
    assert prompts.wanted() != before


def test_what_was_lost_is_spoken_again(tmp_path: Path, said: list[str]) -> None:
    prompts.make_prompts(tmp_path)
    (tmp_path / "notice.wav").unlink()
    assert not prompts.is_whole(tmp_path)
    assert prompts.make_prompts(tmp_path) == [tmp_path / "notice.wav"]


def test_another_voice_speaks_everything_anew(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts.make_prompts(tmp_path)
    monkeypatch.setattr(prompts, "VOICE", "yue")
    assert len(prompts.make_prompts(tmp_path)) == len(TEXTS)


@pytest.mark.parametrize("note", ["", "[1]", '{"greeting": '])
def test_a_run_cut_off_is_made_again(tmp_path: Path, said: list[str], note: str) -> None:
    (tmp_path / prompts.MADE_FROM).write_text(note)
    assert len(prompts.make_prompts(tmp_path)) == len(TEXTS)


def test_a_studio_recording_takes_the_place_of_the_voice(tmp_path: Path, said: list[str]) -> None:
    out, studio = tmp_path / "out", tmp_path / "studio"
    studio.mkdir()
    prompts.make_prompts(out)
    write_wav(studio / "greeting.wav", array("h", [7] * 80))
    write_wav(studio / "unknown.wav", array("h", [7] * 80))
    assert prompts.overlay_recordings(studio, out) == [out / "greeting.wav"]
    assert read_wav(out / "greeting.wav") == (RATE, array("h", [7] * 80))


def test_a_recording_that_cannot_be_played_is_refused(tmp_path: Path, said: list[str]) -> None:
    studio = tmp_path / "studio"
    studio.mkdir()
    (studio / "greeting.wav").write_text("mp3")
    with pytest.raises(SoundError, match=r"greeting\.wav"):
        prompts.overlay_recordings(studio, tmp_path)


def test_a_text_is_heard_on_a_telephone(tmp_path: Path) -> None:
    try:
        find_espeak()
    except ToolMissingError as error:
        pytest.skip(str(error))
    prompts.say_to_file("您好，这里是12348热线。", tmp_path / "greeting.wav")
    rate, samples = read_wav(tmp_path / "greeting.wav")
    assert rate == RATE
    assert 1.5 < len(samples) / rate < 8
    assert 0.05 < rms(samples) < 0.2
