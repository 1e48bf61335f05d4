"""The baresip process of one phone: its folder, its start and its end."""

import os
import subprocess
import time
from array import array
from pathlib import Path

import psutil

from hotline import processes
from hotline.phones import config
from hotline.phones.errors import PhoneGoneError, PhoneSettingError, PhoneTimeoutError
from hotline.phones.sound import RATE, Sound, padded, read_wav, write_wav
from hotline.tools import baresip_modules_dir, find_baresip

_LOOK_EVERY = 0.01


class Baresip:
    """One process in one folder."""

    def __init__(self, phone: config.PhoneSettings, folder: Path) -> None:
        self.folder = folder
        self._phone = phone
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Everything baresip said."""
        return self.folder / "baresip.log"

    @property
    def pid(self) -> int:
        """Process id. Raises PhoneGoneError when it is not running."""
        if self._process is None or self._process.poll() is not None:
            raise PhoneGoneError("the phone is not running")
        return self._process.pid

    def start(self, timeout: float) -> int:
        """Start it and return its control port, on ``config.CONTROL_HOST``.

        Raises PhoneGoneError with its last words, PhoneTimeoutError after ``timeout`` seconds.
        """
        tool = find_baresip()
        self._prepare()
        self._process = processes.spawn(
            [*tool.argv, "-f", ".", "-v"],
            log=self.log,
            env={**os.environ, **tool.env},
            cwd=self.folder,
        )
        try:
            return self._control_port(self._process, timeout)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it: it hangs up, unregisters and leaves."""
        if self._process is not None:
            processes.stop(self._process)

    def forget_heard(self) -> None:
        """Remove what an earlier call left, so that nobody takes it for the next one's."""
        (self.folder / config.HEARD).unlink(missing_ok=True)

    def _prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.forget_heard()
        modules = self.folder / config.MODULES
        modules.unlink(missing_ok=True)
        modules.symlink_to(baresip_modules_dir())
        (self.folder / "accounts").write_text(config.accounts(self._phone), encoding="utf-8")
        text = config.config(self._phone, self._microphone())
        (self.folder / "config").write_text(text, encoding="utf-8")
        # The password in `accounts` is nobody else's business.
        (self.folder / "accounts").chmod(0o600)

    def _microphone(self) -> int:
        """Write the file it speaks from, if it needs one, and return its samples per second."""
        if self._phone.tone_hz is not None:
            return RATE
        say = self._phone.say
        sound = Sound(array("h")) if say is None else read_wav(say)
        if sound.rate % RATE:
            raise PhoneSettingError(f"say: {say}: {sound.rate} Hz is no multiple of {RATE} Hz")
        write_wav(
            self.folder / config.MICROPHONE, padded(sound, sound.seconds + self._phone.quiet_after)
        )
        return sound.rate

    def _control_port(self, process: subprocess.Popen[bytes], timeout: float) -> int:
        """The port the system gave it, as soon as it listens there."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if process.poll() is not None:
                raise PhoneGoneError(f"the phone ended at once: {self._last_words()}")
            if (port := _listening(process.pid, config.CONTROL_HOST)) is not None:
                return port
            time.sleep(_LOOK_EVERY)  # between two looks at the process, no event tells
        raise PhoneTimeoutError(f"the phone did not start in {timeout:g} s: {self._last_words()}")

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return " / ".join(lines[-3:])


def _listening(pid: int, host: str) -> int | None:
    try:
        sockets = psutil.Process(pid).net_connections(kind="tcp4")
    except psutil.Error:
        return None  # it ends right now: its exit code says so
    for entry in sockets:
        if entry.status == psutil.CONN_LISTEN and entry.laddr.ip == host:
            return int(entry.laddr.port)
    return None
