"""One INVITE by hand, from any loopback address: no phone would send such things."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from hotline.addresses import split_address

_INVITE = """\
INVITE sip:{called}@{server} SIP/2.0
Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{port};rport
Max-Forwards: 70
From: {shown}<sip:{number}@{host}>;tag=t{port}
To: <sip:{called}@{server}>
Call-ID: {port}@{host}
CSeq: 1 INVITE
Contact: <sip:{host}:{port}>
Content-Type: application/sdp
Content-Length: {length}

{sdp}"""

_SDP = """\
v=0
o=- 1 1 IN IP4 {host}
s=-
c=IN IP4 {host}
t=0 0
m=audio {port} RTP/AVP 8
a=rtpmap:8 PCMA/8000
"""

_BYE = """\
BYE sip:{called}@{server} SIP/2.0
Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bKb{port};rport
Max-Forwards: 70
From: <sip:{number}@{host}>;tag=t{port}
To: <sip:{called}@{server}>;tag={tag}
Call-ID: {port}@{host}
CSeq: 2 BYE
Content-Length: 0

"""


@contextmanager
def invited(
    server: str, host: str, number: str, *, called: str = "12348", shown: str = ""
) -> Iterator[int]:
    """Place a call; gives the first answer's status that is not 100. A call taken is ended."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.bind((host, 0))
        link.settimeout(10)
        words = {
            "server": server,
            "host": host,
            "port": str(link.getsockname()[1]),
            "number": number,
            "called": called,
            "shown": shown,
        }
        sdp = _wire(_SDP.format(**words))
        link.sendto(
            _wire(_INVITE.format(**words, length=len(sdp), sdp="")) + sdp, split_address(server)
        )
        answer = _final(link)
        yield int(answer.split()[1])
        if answer.startswith("SIP/2.0 200"):
            tag = answer.partition("To: ")[2].partition("tag=")[2].split("\r\n")[0].split(";")[0]
            link.sendto(_wire(_BYE.format(**words, tag=tag)), split_address(server))


def _wire(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def _final(link: socket.socket) -> str:
    while True:
        answer = link.recv(65536).decode()
        if not answer.startswith("SIP/2.0 1"):
            return answer
