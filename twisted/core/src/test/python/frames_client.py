"""Sends frames of some sizes at once, says what came back, and closes. Arguments: port, kind of frames, sizes."""

import sys

from twisted.internet import protocol, reactor

from frames import PROTOCOLS, frame
from peer import run, say

sizes = [int(size) for size in sys.argv[3:]]


class Client(PROTOCOLS[sys.argv[2]]):
    def connectionMade(self):
        self.left = list(sizes)
        for size in sizes:
            self.sendFrame(frame(size))

    def frameReceived(self, received):
        size = self.left.pop(0)
        say("ECHOED", size, received == frame(size))
        if not self.left:
            self.transport.loseConnection()

    def connectionLost(self, reason):
        say("LOST", reason.type.__name__)
        reactor.stop()


reactor.connectTCP("127.0.0.1", int(sys.argv[1]), protocol.ClientFactory.forProtocol(Client))
run(reactor)
