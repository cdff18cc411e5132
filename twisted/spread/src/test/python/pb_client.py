"""Speaks Perspective Broker to a server of ours on the real Twisted. Says what fails, and then DONE."""
import datetime
import decimal
import sys

from twisted.cred import credentials
from twisted.internet import defer, reactor, task
from twisted.spread import banana, jelly, pb, util

port, what = int(sys.argv[1]), sys.argv[2]
if what == "none":
    banana.Banana.knownDialects = [b"none"]


def say(*words):
    print(*words, flush=True)


def check(name, actual, expected):
    if type(actual) is not type(expected) or actual != expected:
        say("WRONG", name, repr(actual), "not", repr(expected))


class Point(pb.Copyable, pb.RemoteCopy):
    def __init__(self, x=None, y=None):
        self.x, self.y = x, y

    def getTypeToCopyFor(self, perspective):
        return b"shop.Point"


pb.setUnjellyableForClass("shop.Point", Point)


class Cell(pb.RemoteCache):
    def setCopyableState(self, state):
        self.value = state["value"]

    def observe_set(self, value):
        self.value = value


pb.setUnjellyableForClass("shop.Cell", Cell)


class Mine(pb.Referenceable):
    def remote_poke(self, x):
        return ["poked", x]


VALUES = [
    b"hi", b"", b"list", "", "text", "h\u00e9\u20ac\U0001f600", "list", 0, 1, 127, 128, 300, -1, -300, 2**31 - 1,
    2**31, -2**31, -2**31 - 1, 2**63 - 1, 2**63, -2**63, -2**63 - 1, 2**64, -2**64, 2**448 - 1, -2**448 + 1, 1.5,
    -0.0, float("inf"), None, True, False, [], [1, "a", None], (), (1, 2), {}, {"k": 1}, {b"k": [1.5]},
    {(1, b"a"): 2}, {1}, set(), frozenset([1]), {frozenset([1, 2])}, decimal.Decimal("3.14"), decimal.Decimal("-1E+3"),
    datetime.datetime(2024, 2, 29, 12, 34, 56, 789), datetime.date(2024, 2, 29), datetime.time(1, 2, 3, 4),
    datetime.timedelta(1, 2, 3), datetime.timedelta(-1, 2, 3), {"a": [(1, {"b": None})]}, b"x" * 655360, [[[[[]]]]],
]


@defer.inlineCallbacks
def everything(root):
    for value in VALUES:
        check("echo", (yield root.callRemote("echo", value)), value)
    shared = [1]
    twice = yield root.callRemote("echo", [shared, shared])
    check("shared", twice[0] is twice[1], True)
    cyclic = []
    cyclic.append(cyclic)
    back = yield root.callRemote("echo", cyclic)
    check("cyclic", back[0] is back, True)
    tuple_of = ([],)
    tuple_of[0].append(tuple_of)
    back = yield root.callRemote("echo", tuple_of)
    check("cyclic tuple", back[0][0] is back, True)
    check("unpersistable", type((yield root.callRemote("echo", object()))), jelly.Unpersistable)
    check("by name", (yield root.callRemote("sub", y=2, x=5)), 3)
    check("mixed", (yield root.callRemote("sub", 5, y=2)), 3)
    for name, arguments, error in [
        ("value_error", (), "builtins.ValueError"), ("polite", (), "twisted.spread.pb.Error"),
        ("nosuch", (), "twisted.spread.flavors.NoSuchMethod"), ("sub", (1,), "builtins.TypeError"),
        ("sub", (1, 2, 3), "builtins.TypeError"), ("sub", ("a", 2), "builtins.TypeError"),
        ("out_of_stock", (), "shop.OutOfStock"), ("unsendable", (), "builtins.ValueError"),
        ("echo", (Unknown(),), "twisted.spread.jelly.InsecureJelly"),
    ]:
        try:
            yield root.callRemote(name, *arguments)
            say("WRONG", name, "succeeds")
        except pb.RemoteError as e:
            check(name, e.remoteType, error.encode())
    d = root.callRemote("value_error")
    failed = yield d.addErrback(lambda f: [f.check("builtins.ValueError"), f.value])
    check("failure", failed, ["builtins.ValueError", "bad value"])
    mine = Mine()
    check("callback", (yield root.callRemote("callme", mine, "x")), ["poked", "x"])
    check("mine", (yield root.callRemote("echo", mine)) is mine, True)
    check("mine in a list", (yield root.callRemote("echo", [mine]))[0] is mine, True)
    counter = yield root.callRemote("counter")
    check("counter", (yield counter.callRemote("add", 5)), 5)
    check("counter again", (yield counter.callRemote("add", 5)), 10)
    back = yield root.callRemote("echo", counter)
    check("reference", back == counter, True)
    point = yield root.callRemote("echo", Point(1, "two"))
    check("copy", [point.x, point.y], [1, "two"])
    cell = yield root.callRemote("cell")
    check("cache", cell.value, 1)
    yield root.callRemote("set_cell", 42)
    check("observed", cell.value, 42)
    check("same cell", (yield root.callRemote("is_cell", cell)), True)
    pages = yield util.getAllPages(root, "page", 100000)
    check("pages", [len(pages), sum(map(len, pages))], [13, 100000])
    check("deferred", (yield root.callRemote("later", 7)), 7)
    root.callRemote("echo", 1, pbanswer=False)
    answers = yield defer.gatherResults([root.callRemote("echo", n) for n in range(5000)])
    check("pipeline", answers, list(range(5000)))


class Unknown(pb.Copyable):
    pass


@defer.inlineCallbacks
def callbacks(root):
    for n in range(1500):
        check("callback", (yield root.callRemote("callme", Mine(), n)), ["poked", n])
    for n in range(1500):
        yield root.callRemote("echo", [Mine(), {"k": Mine()}])
    yield root.callRemote("keep", Mine())
    for n in range(1500):
        yield root.callRemote("echo", Mine())
    check("kept", (yield root.callRemote("call_kept", 1)), [["poked", 1]])
    yield task.deferLater(reactor, 0)
    check("held", len(root.broker.localObjects) < 10, True)


@defer.inlineCallbacks
def login(factory):
    mine = Mine()
    avatar = yield factory.login(credentials.UsernamePassword(b"user1", b"pass1"), mine)
    check("whoami", (yield avatar.callRemote("whoami")), "user1")
    check("mind", (yield avatar.callRemote("call_mind", 1)), ["poked", 1])
    seen = yield avatar.callRemote("seen")
    check("view", (yield seen.callRemote("who")), "user1")
    for user, password in [(b"user1", b"wrong"), (b"nobody", b"pass1")]:
        try:
            yield factory.login(credentials.UsernamePassword(user, password))
            say("WRONG", "login succeeds")
        except pb.RemoteError as e:
            check("login", e.remoteType, b"twisted.cred.error.UnauthorizedLogin")
    anonymous = yield factory.login(credentials.Anonymous())
    check("anonymous", (yield anonymous.callRemote("whoami")), "anonymous")
    try:
        yield avatar.callRemote("missing")
        say("WRONG", "missing")
    except pb.RemoteError as e:
        check("missing", e.remoteType, b"builtins.AttributeError")


@defer.inlineCallbacks
def run():
    factory = pb.PBClientFactory()
    reactor.connectTCP("127.0.0.1", port, factory)
    root = yield factory.getRootObject()
    if what == "login":
        yield login(factory)
    elif what == "callbacks":
        yield callbacks(root)
    else:
        yield everything(root)
    say("DIALECT", root.broker.currentDialect.decode())
    factory.disconnect()


def end(result):
    if result is not None:
        say("WRONG", result.getTraceback().replace("\n", " | "))
    say("DONE")
    reactor.stop()


reactor.callWhenRunning(lambda: run().addBoth(end))
reactor.run()
