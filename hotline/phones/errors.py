"""What can go wrong between Python and a phone."""

from hotline.errors import HotlineError


class PhoneError(HotlineError):
    """A phone did not do what it was asked."""


class PhoneGoneError(PhoneError):
    """The phone's process has ended, or its control connection has."""


class PhoneTimeoutError(PhoneError):
    """The phone did not report in time what was waited for."""


class CallEndedError(PhoneError):
    """The call ended before what was waited for; ``reason`` as in ``486 Busy Here``."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the call ended: {reason}")
        self.reason = reason


class PhoneSettingError(PhoneError):
    """A value would break out of the phone's configuration: names the key."""

    permanent = True


class SoundError(PhoneError):
    """A sound file is not what it must be (16-bit PCM WAV)."""

    permanent = True


class SippError(PhoneError):
    """SIPp could not be run, or wrote nothing to be read."""
