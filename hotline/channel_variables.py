"""Every channel variable the hotline sets or reads; templates may use no other.

They mirror a call's live state on the caller's channel, so that a second FastAGI server, or
the dialplan alone, can go on where the first one died.
"""

CALL_ID = "HOTLINE_CALL_ID"
CITY = "HOTLINE_CITY"  # city responsible, by code; empty: the province pool
ENTERED_AT = "HOTLINE_ENTERED_AT"  # when the caller entered the line, epoch seconds
WANTS = "HOTLINE_WANTS"  # what was chosen or is required
STAGE = "HOTLINE_STAGE"  # hotline.calls.machine.Stage
ROOM = "HOTLINE_ROOM"  # ConfBridge room of a transfer
LEG = "HOTLINE_LEG"  # leg now ringing or talking
AGENT = "HOTLINE_AGENT"
SEAT = "HOTLINE_SEAT"
RECORDING = "HOTLINE_RECORDING"  # path below the recordings folder, without .wav
DONE = "HOTLINE_DONE"  # the script's last act: without it the dialplan goes on by itself

NUMBER = "HOTLINE_NUMBER"  # whom an outbound call is for; also the caller's number, digits only

# The dialplan's own, while it serves a caller without any script (dialplan/, [fallback]).
FREE = "HOTLINE_FREE"  # seats that are free now, as Dial reads them, with a leading &
DIAL_OPTIONS = "HOTLINE_DIAL_OPTIONS"

ALL = frozenset(
    {CALL_ID, CITY, ENTERED_AT, WANTS, STAGE, ROOM, LEG, AGENT, SEAT, RECORDING, DONE} | {NUMBER}
)
ALL_OF_DIALPLAN = ALL | {FREE, DIAL_OPTIONS}
