"""A client of an echo server; what it does is its second argument."""

import sys

from twisted.internet import protocol, reactor

from peer import pattern, run, say


class Client(protocol.Protocol):
    """Sends, and says whether the same came back."""

    expected = b""
    received = b""

    def send(self, data):
        self.expected += data
        self.transport.write(data)

    def dataReceived(self, data):
        self.received += data
        if len(self.received) >= len(self.expected):
            same = self.received == self.expected
            size = len(self.expected)
            self.received = self.expected = b""
            self.echoed(size, same)

    def echoed(self, size, same):
        say("ECHOED", size, same)

    def connectionLost(self, reason):
        say("LOST", reason.type.__name__)
        reactor.stop()


class Sizes(Client):
    """One message after the other, each when the one before it has come back."""

    def connectionMade(self):
        self.sizes = iter([1, 2, 3, 1000, 4096, 65535, 65536, 65537, 262144, 1048576])
        self.sendNext()

    def echoed(self, size, same):
        super().echoed(size, same)
        self.sendNext()

    def sendNext(self):
        size = next(self.sizes, None)
        if size is None:
            self.transport.loseConnection()
        else:
            self.send(pattern(size))


class ByteByByte(Client):
    """One byte in each turn of the loop."""

    def connectionMade(self):
        self.transport.setTcpNoDelay(True)
        self.data = pattern(1000)
        self.expected = self.data
        self.sendByte(0)

    def sendByte(self, index):
        self.transport.write(self.data[index : index + 1])
        if index + 1 < len(self.data):
            reactor.callLater(0, self.sendByte, index + 1)

    def echoed(self, size, same):
        super().echoed(size, same)
        self.transport.loseConnection()


class HalfClose(Client):
    """Sends a lot and closes its side at once; everything still has to come back."""

    def connectionMade(self):
        self.send(pattern(1048576))
        self.transport.loseWriteConnection()


class Abort(Client):
    """Aborts once it knows that the server is there."""

    def connectionMade(self):
        self.send(b"hello")

    def echoed(self, size, same):
        super().echoed(size, same)
        self.transport.abortConnection()


class Wait(Client):
    """Waits for the server to end the connection."""

    def connectionMade(self):
        self.send(b"hello")


class Factory(protocol.ClientFactory):
    def clientConnectionFailed(self, connector, reason):
        say("FAILED", reason.type.__name__)
        reactor.stop()


CLIENTS = {
    "sizes": Sizes,
    "byte-by-byte": ByteByByte,
    "half-close": HalfClose,
    "abort": Abort,
    "wait": Wait,
}

reactor.connectTCP("127.0.0.1", int(sys.argv[1]), Factory.forProtocol(CLIENTS[sys.argv[2]]))
run(reactor)
