"""A TLS client of an echo server on the loopback; trusts the root in its last argument."""

import sys

from twisted.internet import interfaces, protocol, reactor, ssl
from zope.interface import implementer

from peer import pattern, run, say

how, port, root = sys.argv[1], int(sys.argv[2]), sys.argv[3]

with open(root) as file:
    options = ssl.optionsForClientTLS("localhost", trustRoot=ssl.Certificate.loadPEM(file.read()))


@implementer(interfaces.IHandshakeListener)
class Client(protocol.Protocol):
    message = pattern(300000)
    received = b""
    secret = how == "ssl"

    def connectionMade(self):
        self.transport.write(self.message if self.secret else b"start")

    def handshakeCompleted(self):
        certificate = ssl.Certificate.peerFromTransport(self.transport)
        say("HANDSHAKE", "CN=" + certificate.getSubject().commonName.decode())

    def dataReceived(self, data):
        if not self.secret:
            self.secret = True
            say("READY")
            self.transport.startTLS(options)
            self.transport.write(self.message)
            return
        self.received += data
        if len(self.received) >= len(self.message):
            say("ECHOED", self.received == self.message)
            self.transport.loseConnection()

    def connectionLost(self, reason):
        say("LOST", reason.type.__name__)
        reactor.stop()


factory = protocol.ClientFactory.forProtocol(Client)
if how == "ssl":
    reactor.connectSSL("127.0.0.1", port, factory, options)
else:
    reactor.connectTCP("127.0.0.1", port, factory)
run(reactor)
