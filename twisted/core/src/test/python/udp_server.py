"""A UDP server that sends every datagram back to its sender."""

from twisted.internet import protocol, reactor

from peer import run, say


class Echo(protocol.DatagramProtocol):
    def datagramReceived(self, data, address):
        self.transport.write(data, address)


port = reactor.listenUDP(0, Echo(), interface="127.0.0.1", maxPacketSize=65536)
say("PORT", port.getHost().port)
run(reactor)
