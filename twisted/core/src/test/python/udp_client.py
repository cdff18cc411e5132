"""A UDP client that sends datagrams of some sizes, each when the one before it was answered."""

import sys

# The other reactors of Linux close a connected port that is refused without telling its protocol.
from twisted.internet import selectreactor

selectreactor.install()

from twisted.internet import protocol, reactor  # noqa: E402

from peer import pattern, run, say  # noqa: E402


class Client(protocol.DatagramProtocol):
    def __init__(self, port, sizes, connected):
        self.port = port
        self.sizes = iter(sizes)
        self.connected = connected

    def startProtocol(self):
        if self.connected:
            self.transport.connect("127.0.0.1", self.port)
        self.sendNext()

    def sendNext(self):
        self.size = next(self.sizes, None)
        if self.size is None:
            reactor.stop()
        elif self.connected:
            self.transport.write(pattern(self.size))
        else:
            self.transport.write(pattern(self.size), ("127.0.0.1", self.port))

    def datagramReceived(self, data, address):
        say("ANSWERED", self.size, len(data), data == pattern(self.size)[: len(data)], address[1] == self.port)
        self.sendNext()

    def connectionRefused(self):
        say("REFUSED")
        reactor.stop()


client = Client(int(sys.argv[1]), [int(size) for size in sys.argv[3:]], sys.argv[2] == "connected")
reactor.listenUDP(0, client, interface="127.0.0.1", maxPacketSize=65536)
run(reactor)
