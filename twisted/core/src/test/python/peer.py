"""What the peers have in common: they say on standard output what happens to them, one line each."""

import os
import sys

from twisted.python import log

# A peer whose test has ended must not outlive it.
DEADLINE = 60


def say(*words):
    print(*words, flush=True)


def pattern(size):
    """The same bytes as the Java side makes."""
    return bytes((i * 31 + (i >> 8)) & 0xFF for i in range(size))


def run(reactor):
    log.startLogging(sys.stderr, setStdout=False)
    reactor.callLater(DEADLINE, os._exit, 3)
    reactor.run()
