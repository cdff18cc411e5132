"""An echo server at the endpoint that its argument describes."""

import sys

from twisted.internet import endpoints, protocol, reactor

from peer import run, say


class Echo(protocol.Protocol):
    named = False

    def dataReceived(self, data):
        if not self.named:
            self.named = True
            say("PEER", getattr(self.transport.getPeer(), "host", None))
        self.transport.write(data)

    def connectionLost(self, reason):
        say("LOST", reason.type.__name__)


def listening(port):
    say("PORT", getattr(port.getHost(), "port", 0))


def failed(reason):
    say("FAILED", reason.type.__name__)
    reactor.stop()


factory = protocol.Factory.forProtocol(Echo)
endpoints.serverFromString(reactor, sys.argv[1]).listen(factory).addCallbacks(listening, failed)
run(reactor)
