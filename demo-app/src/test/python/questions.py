"""Sends all questions at once, then prints each answer, and how the connection ended. Arguments: kind, port, questions.

Arguments are ASCII, with other characters escaped, so that no locale has a say in them.
"""

import json
import struct
import sys

from twisted.internet import protocol, reactor
from twisted.protocols import basic

kind, port = sys.argv[1], int(sys.argv[2])
questions = [json.loads('"%s"' % question) for question in sys.argv[3:]]


class Asking:
    def connectionMade(self):
        self.left = len(questions)
        for question in questions:
            self.ask(question)

    def answered(self, answer):
        print(answer, flush=True)
        self.left -= 1
        if self.left == 0:
            self.transport.loseConnection()

    def connectionLost(self, reason):
        print("LOST", reason.type.__name__, flush=True)
        reactor.stop()


class Line(Asking, basic.LineReceiver):
    def ask(self, question):
        self.sendLine(question.encode())

    def lineReceived(self, line):
        self.answered(line.decode())


class Int32(Asking, basic.Int32StringReceiver):
    def ask(self, question):
        self.sendString(question.encode())

    def stringReceived(self, string):
        self.answered(string.decode())


class Private(Asking, protocol.Protocol):
    received = b""

    def ask(self, question):
        body = json.dumps(question).encode()
        self.transport.write(struct.pack("<iii", 1, len(body), 1100) + body)

    def dataReceived(self, data):
        self.received += data
        while len(self.received) >= 12:
            version, size, command = struct.unpack_from("<iii", self.received)
            if len(self.received) < 12 + size:
                return
            body, self.received = self.received[12:12 + size], self.received[12 + size:]
            answer = json.loads(body)
            assert body == json.dumps(answer).encode(), body
            self.answered("%d %d %d %s" % (version, size, command, answer))


protocols = {"line": Line, "int32": Int32, "private": Private}
reactor.connectTCP("127.0.0.1", port, protocol.ClientFactory.forProtocol(protocols[kind]))
reactor.callLater(20, lambda: (print("GAVE UP", flush=True), reactor.stop()))
reactor.run()
