"""Sends every frame back. Its argument is the kind of frames."""

import sys

from twisted.internet import protocol, reactor

from frames import PROTOCOLS
from peer import run, say


class Echo(PROTOCOLS[sys.argv[1]]):
    def frameReceived(self, frame):
        self.sendFrame(frame)

    def connectionLost(self, reason):
        say("LOST", reason.type.__name__)


port = reactor.listenTCP(0, protocol.Factory.forProtocol(Echo), interface="127.0.0.1")
say("PORT", port.getHost().port)
run(reactor)
