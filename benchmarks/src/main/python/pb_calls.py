"""Both ends of the calls on Python's Twisted, in the shape of CallServer and CallClient."""

import os
import sys
import threading
import time

from twisted.internet import epollreactor

epollreactor.install()

from twisted.internet import defer, reactor  # noqa: E402
from twisted.spread import pb  # noqa: E402

IN_FLIGHT, ROUNDS = 64, 5
ORDER = [
    {"article": "apples", "number": 12, "price": 1.5},
    {"article": "pears", "number": 3, "price": 2.25},
]


class Server(pb.Root):
    def remote_echo(self, value):
        return value

    def remote_add(self, x, y):
        return x + y


def end_with_input():
    while os.read(0, 4096):
        pass
    os._exit(0)


def one_round(root, calls, call):
    done = defer.Deferred()
    state = [calls, IN_FLIGHT]

    def proceed(_):
        if state[0] <= 0:
            state[1] -= 1
            if not state[1]:
                done.callback(None)
            return
        state[0] -= 1
        root.callRemote(*call).addCallbacks(proceed, fail)

    for _ in range(IN_FLIGHT):
        proceed(None)
    return done


def fail(failure):
    failure.printTraceback()
    os._exit(1)


@defer.inlineCallbacks
def measure(root, seconds):
    for call in ("add", 1, 2), ("echo", "hello"), ("echo", ORDER):
        calls, best = IN_FLIGHT * 10, 0
        for number in range(2 * ROUNDS):
            start = time.monotonic()
            yield one_round(root, calls, call)
            rate = calls / (time.monotonic() - start)
            if number >= ROUNDS:
                best = max(best, rate)
            calls = max(IN_FLIGHT, int(rate * seconds))
        print("%.0f" % best)
    sys.stdout.flush()
    os._exit(0)


if sys.argv[1] == "server":
    port = reactor.listenTCP(0, pb.PBServerFactory(Server()), interface="127.0.0.1")
    print("port", port.getHost().port)
    sys.stdout.flush()
    threading.Thread(target=end_with_input, daemon=True).start()
else:
    factory = pb.PBClientFactory()
    reactor.connectTCP("127.0.0.1", int(sys.argv[2]), factory)
    factory.getRootObject().addCallback(measure, int(sys.argv[3]) / 1000).addErrback(fail)
reactor.run()
