"""Serves Perspective Broker on the real Twisted. Says its port, then what happens."""
import sys

from twisted.cred import checkers, portal
from twisted.internet import defer, reactor
from twisted.spread import banana, pb, util
from zope.interface import implementer

if "none" in sys.argv[1:]:
    banana.Banana.knownDialects = [b"none", b"pb"]


def say(*words):
    print(*words, flush=True)


class Point(pb.Copyable, pb.RemoteCopy):
    def __init__(self, x=None, y=None):
        self.x, self.y = x, y


pb.setUnjellyableForClass("shop.Point", Point)
Point.getTypeToCopyFor = lambda self, perspective: b"shop.Point"


class Hidden(pb.Copyable):
    pass


class Cell(pb.Cacheable):
    def __init__(self):
        self.value, self.observers = 1, []

    def getTypeToCopyFor(self, perspective):
        return b"shop.Cell"

    def getStateToCacheAndObserveFor(self, perspective, observer):
        self.observers.append(observer)
        return {"value": self.value}

    def stoppedObserving(self, perspective, observer):
        say("stopped observing")

    def set(self, value):
        self.value = value
        return defer.gatherResults([o.callRemote("set", value) for o in self.observers])


class Counter(pb.Referenceable):
    count = 0

    def remote_add(self, n):
        self.count += n
        return self.count


class Seen(pb.Viewable):
    def view_who(self, perspective):
        return perspective.name


class Server(pb.Root):
    def __init__(self):
        self.cell, self.kept, self.brokers = Cell(), [], []

    def rootObject(self, broker):
        broker.notifyOnDisconnect(lambda: say("disconnected"))
        self.brokers.append(broker)
        return self

    def remote_echo(self, x):
        return x

    def remote_repr(self, x):
        return repr(x)

    def remote_kw(self, a, b=None, *args, **kw):
        return [a, b, list(args), kw]

    def remote_add(self, x, y):
        return x + y

    def remote_value_error(self):
        raise ValueError("bad value")

    def remote_key_error(self):
        return defer.fail(KeyError("k"))

    def remote_polite(self):
        raise pb.Error("polite")

    def remote_never(self):
        return defer.Deferred()

    def remote_drop(self):
        self.brokers[-1].transport.abortConnection()
        return defer.Deferred()

    def remote_counter(self):
        return Counter()

    def remote_held(self):
        return len(self.brokers[-1].localObjects)

    def remote_callme(self, reference, x):
        return reference.callRemote("poke", x)

    def remote_keep(self, reference):
        self.kept.append(reference)

    def remote_call_kept(self, x):
        return defer.gatherResults([r.callRemote("poke", x) for r in self.kept])

    def remote_point(self):
        return Point(1, "two")

    def remote_hidden(self):
        return Hidden()

    def remote_cell(self):
        return self.cell

    def remote_set_cell(self, value):
        return self.cell.set(value)

    def remote_page(self, collector, size):
        util.StringPager(collector, b"x" * size)


class User(pb.Avatar):
    def __init__(self, name, mind):
        self.name, self.mind = name, mind

    def perspective_whoami(self):
        return self.name

    def perspective_call_mind(self, x):
        return self.mind.callRemote("poke", x)

    def perspective_seen(self):
        return Seen()


@implementer(portal.IRealm)
class Realm:
    def requestAvatar(self, name, mind, *interfaces):
        name = "anonymous" if name is checkers.ANONYMOUS else name.decode("utf8")
        return pb.IPerspective, User(name, mind), lambda: say("logout", name)


if "login" in sys.argv[1:]:
    users = checkers.InMemoryUsernamePasswordDatabaseDontUse(user1=b"pass1")
    root = portal.Portal(Realm(), [users, checkers.AllowAnonymousAccess()])
else:
    root = Server()
port = reactor.listenTCP(0, pb.PBServerFactory(root), interface="127.0.0.1")
say("PORT", port.getHost().port)
reactor.run()
