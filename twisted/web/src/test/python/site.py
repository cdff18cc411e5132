"""A Site of the real Twisted. Prints PORT, then a line for each request."""

import os

from twisted.internet import reactor
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site


class Page(Resource):
    isLeaf = True

    def render_GET(self, request):
        print("GET", request.uri.decode(), flush=True)
        return b"page of " + request.path

    def render_POST(self, request):
        body = request.content.read()
        print("POST", len(body), request.getHeader("content-type"), flush=True)
        request.setHeader(b"X-Length", b"%d" % len(body))
        return body


class Later(Resource):
    isLeaf = True

    def render_GET(self, request):
        request.write(b"first ")
        reactor.callLater(0, self.finish, request)
        return NOT_DONE_YET

    def finish(self, request):
        request.write(b"second")
        request.finish()


class Moved(Resource):
    isLeaf = True

    def render_GET(self, request):
        request.redirect(b"/page")
        return b""


root = Resource()
root.putChild(b"page", Page())
root.putChild(b"later", Later())
root.putChild(b"moved", Moved())
port = reactor.listenTCP(0, Site(root), interface="127.0.0.1")
print("PORT", port.getHost().port, flush=True)
# A peer whose test has ended must not outlive it.
reactor.callLater(60, os._exit, 3)
reactor.run()
