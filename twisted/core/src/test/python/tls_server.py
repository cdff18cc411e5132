"""A TLS echo server, which may wait with TLS until the client has said something."""

import sys

from twisted.internet import protocol, reactor, ssl

from peer import run, say

how, pem = sys.argv[1], sys.argv[2]

with open(pem) as file:
    certificate = ssl.PrivateCertificate.loadPEM(file.read())


class Echo(protocol.Protocol):
    secret = how == "ssl"

    def dataReceived(self, data):
        if self.secret:
            self.transport.write(data)
        else:
            self.secret = True
            self.transport.write(b"ready")
            self.transport.startTLS(certificate.options())

    def connectionLost(self, reason):
        say("LOST", reason.type.__name__)


factory = protocol.Factory.forProtocol(Echo)
if how == "ssl":
    port = reactor.listenSSL(0, factory, certificate.options(), interface="127.0.0.1")
else:
    port = reactor.listenTCP(0, factory, interface="127.0.0.1")
say("PORT", port.getHost().port)
run(reactor)
