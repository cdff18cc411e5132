"""An echo server. Closes, aborts or finishes when the first line says so."""

import sys

from twisted.internet import interfaces, protocol, reactor
from zope.interface import implementer

from peer import run, say


class Echo(protocol.Protocol):
    """Closes its side as soon as the client has closed its own, as plain protocols do."""

    def connectionMade(self):
        say("MADE")

    def dataReceived(self, data):
        if data == b"close":
            self.transport.write(b"closing")
            self.transport.loseConnection()
        elif data == b"abort":
            self.transport.abortConnection()
        else:
            self.transport.write(data)

    def connectionLost(self, reason):
        say("LOST", reason.type.__name__)


@implementer(interfaces.IHalfCloseableProtocol)
class HalfCloseableEcho(Echo):
    """Has a last word after the client has closed its side."""

    def readConnectionLost(self):
        say("READ-LOST")
        self.transport.write(b"last word")
        self.transport.loseConnection()

    def writeConnectionLost(self):
        say("WRITE-LOST")


PROTOCOLS = {"echo": Echo, "half-close": HalfCloseableEcho}

port = reactor.listenTCP(0, protocol.Factory.forProtocol(PROTOCOLS[sys.argv[1]]), interface="127.0.0.1")
say("PORT", port.getHost().port)
run(reactor)
