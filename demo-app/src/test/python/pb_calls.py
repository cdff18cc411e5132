"""Calls the demo on the real Twisted, as the tutorial's client does and beyond it. Prints what fails, then DONE."""
import sys

from twisted.internet import defer, reactor
from twisted.spread import pb


class Mine(pb.Referenceable):
    def remote_poke(self, x):
        return x


@defer.inlineCallbacks
def run():
    factory = pb.PBClientFactory()
    reactor.connectTCP("127.0.0.1", int(sys.argv[1]), factory)
    root = yield factory.getRootObject()
    message2, message3, second = yield root.callRemote("get_main", "a", message1="b")
    print(message2)
    print(message3.split("@")[0])
    print((yield second.callRemote("server2_main", "c")))
    for n in range(1500):
        mine = Mine()
        if (yield root.callRemote("echo", mine)) is not mine:
            print("not mine")
    for method, arguments in [("fail", ("bad",)), ("fail", ()), ("missing", ())]:
        try:
            yield root.callRemote(method, *arguments)
        except pb.RemoteError as e:
            print(e.remoteType.decode(), e)


def end(result):
    if result is not None:
        print(result.getTraceback())
    print("DONE")
    reactor.stop()


reactor.callLater(50, reactor.stop)
reactor.callWhenRunning(lambda: run().addBoth(end))
reactor.run()
