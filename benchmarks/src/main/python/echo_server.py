"""The echo server of Python's Twisted, in the shape of EchoServerMain."""

import os
import sys
import threading

from twisted.internet import epollreactor

epollreactor.install()

from twisted.internet import protocol, reactor  # noqa: E402
from twisted.protocols import basic  # noqa: E402


class Echo(protocol.Protocol):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)

    def dataReceived(self, data):
        self.transport.write(data)


class LineEcho(basic.LineReceiver):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)

    def lineReceived(self, line):
        self.sendLine(line)


class Int32Echo(basic.Int32StringReceiver):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)

    def stringReceived(self, string):
        self.sendString(string)


PROTOCOLS = {"raw": Echo, "lines": LineEcho, "int32": Int32Echo}


def end_with_input():
    while os.read(0, 4096):
        pass
    os._exit(0)


port = reactor.listenTCP(0, protocol.Factory.forProtocol(PROTOCOLS[sys.argv[1]]), backlog=1024, interface="127.0.0.1")
print("port", port.getHost().port)
sys.stdout.flush()
threading.Thread(target=end_with_input, daemon=True).start()
reactor.run()
