"""An Agent of the real Twisted. Asks a server of ours and prints what it answers."""

import os
import sys

from twisted.internet import defer, reactor
from twisted.web.client import Agent, FileBodyProducer, HTTPConnectionPool, readBody
from twisted.web.http_headers import Headers
from io import BytesIO

root = sys.argv[1].encode()


@defer.inlineCallbacks
def main():
    pool = HTTPConnectionPool(reactor)
    agent = Agent(reactor, pool=pool)
    for method, path, body in (
        (b"GET", b"/page", None),
        (b"GET", b"/later", None),
        (b"GET", b"/nothing", None),
        (b"HEAD", b"/page", None),
        (b"DELETE", b"/page", None),
        (b"POST", b"/echo", b"x" * 300000),
    ):
        producer = FileBodyProducer(BytesIO(body)) if body is not None else None
        response = yield agent.request(method, root + path, Headers({b"X-Y": [b"z"]}), producer)
        text = yield readBody(response)
        print(method.decode(), path.decode(), response.code, len(text), text[:20].decode(), flush=True)
    yield pool.closeCachedConnections()
    reactor.stop()


def failed(reason):
    print("FAILED", reason.value, flush=True)
    reactor.stop()


reactor.callWhenRunning(lambda: main().addErrback(failed))
# A peer whose test has ended must not outlive it.
reactor.callLater(60, os._exit, 3)
reactor.run()
