"""Reading again just what changed, and what a started Asterisk must have."""

import pytest

from dialplan.errors import AsteriskAwayError
from dialplan.reload import reload
from dialplan.verify import NEEDED_MODULES, asterisk_rx, missing_modules, missing_music
from hotline.settings import Settings
from hotline.tools import Tool


class FakeAsterisk:
    """Answers CLI commands from a dict and remembers them."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, command: str) -> str:
        self.asked.append(command)
        return self.answers.get(command.replace(" ", "_"), "Module 'x' reloaded successfully.\n")


def test_only_the_changed_files_parts_are_reloaded() -> None:
    rx = FakeAsterisk()
    done = reload(["pjsip.conf", "extensions.conf"], rx)
    assert rx.asked == ["module reload pbx_config.so", "module reload res_pjsip.so"]
    assert done.done == ["extensions.conf", "pjsip.conf"]
    assert done.at_restart == []


def test_what_cannot_be_reloaded_waits_for_a_restart() -> None:
    rx = FakeAsterisk(module_reload_udptl="No such module 'udptl'\n")
    done = reload(["modules.conf", "pjsip_transports.conf", "udptl.conf"], rx)
    assert done.at_restart == ["modules.conf", "pjsip_transports.conf", "udptl.conf"]
    assert rx.asked == ["module reload udptl"]


def test_a_module_that_does_not_run_is_missing() -> None:
    row = "{}.so   Some words   0   {}   core\n"
    shown = "".join(row.format(name, "Running") for name in NEEDED_MODULES[1:])
    shown += row.format(NEEDED_MODULES[0], "Not Running")
    assert missing_modules(FakeAsterisk(module_show=shown)) == [NEEDED_MODULES[0]]


def test_a_music_class_without_files_is_missing() -> None:
    shown = "Class: default\n\tMode: files\n"
    assert missing_music(FakeAsterisk(moh_show_classes=shown)) == ["greeting"]


@pytest.mark.parametrize("program", ["false", "/nowhere/asterisk"])
def test_an_asterisk_that_does_not_answer_is_away(settings: Settings, program: str) -> None:
    rx = asterisk_rx(Tool("asterisk", (program,), {}, None, "22"), settings)
    with pytest.raises(AsteriskAwayError, match=r"asterisk\.conf"):
        missing_modules(rx)
