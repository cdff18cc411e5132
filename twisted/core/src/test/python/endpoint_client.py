"""A client of an echo server at the endpoint that its first argument describes; sends its second one first."""

import sys

from twisted.internet import endpoints, protocol, reactor

from peer import pattern, run, say


class Client(protocol.Protocol):
    message = pattern(300000)
    received = b""

    def connectionMade(self):
        self.transport.write(sys.argv[2].encode())
        self.transport.write(self.message)

    def dataReceived(self, data):
        self.received += data
        if len(self.received) >= len(self.message):
            say("ECHOED", self.received == self.message)
            self.transport.loseConnection()

    def connectionLost(self, reason):
        say("LOST", reason.type.__name__)
        reactor.stop()


def failed(reason):
    say("FAILED", reason.type.__name__)
    reactor.stop()


endpoint = endpoints.clientFromString(reactor, sys.argv[1])
endpoints.connectProtocol(endpoint, Client()).addErrback(failed)
run(reactor)
