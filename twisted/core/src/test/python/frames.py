"""The framed protocols that both scripts about frames speak."""

import struct

from twisted.internet import protocol
from twisted.protocols import basic

from peer import pattern


class Line(basic.LineReceiver):
    lineReceived = lambda self, line: self.frameReceived(line)
    sendFrame = basic.LineReceiver.sendLine


class LineOnly(basic.LineOnlyReceiver):
    lineReceived = lambda self, line: self.frameReceived(line)
    sendFrame = basic.LineOnlyReceiver.sendLine


class Int8(basic.Int8StringReceiver):
    stringReceived = lambda self, string: self.frameReceived(string)
    sendFrame = basic.Int8StringReceiver.sendString


class Int16(basic.Int16StringReceiver):
    stringReceived = lambda self, string: self.frameReceived(string)
    sendFrame = basic.Int16StringReceiver.sendString


class Int32(basic.Int32StringReceiver):
    stringReceived = lambda self, string: self.frameReceived(string)
    sendFrame = basic.Int32StringReceiver.sendString


class Netstring(basic.NetstringReceiver):
    stringReceived = lambda self, string: self.frameReceived(string)
    sendFrame = basic.NetstringReceiver.sendString


class Private(protocol.Protocol):
    """A header of version, length of the body and command, each four bytes, and the body."""

    buffer = b""
    MAX_LENGTH = 99999

    def dataReceived(self, data):
        self.buffer += data
        while len(self.buffer) >= 12:
            version, length, command = struct.unpack("<iii", self.buffer[:12])
            if not 0 <= length <= self.MAX_LENGTH:
                self.transport.loseConnection()
                return
            if len(self.buffer) < 12 + length:
                return
            body = self.buffer[12 : 12 + length]
            self.buffer = self.buffer[12 + length :]
            assert (version, command) == (1, 1001)
            self.frameReceived(body)

    def sendFrame(self, body):
        self.transport.write(struct.pack("<iii", 1, len(body), 1001) + body)


PROTOCOLS = {
    "line": Line,
    "line-only": LineOnly,
    "int8": Int8,
    "int16": Int16,
    "int32": Int32,
    "netstring": Netstring,
    "private": Private,
}


def frame(size):
    """The same bytes as the Java side makes: letters, so that they are lines, too."""
    return bytes(ord("a") + byte % 26 for byte in pattern(size))
