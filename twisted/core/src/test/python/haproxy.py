"""Says what Twisted reads in headers of the PROXY protocol, which are its arguments in hexadecimal."""

import sys

from twisted.protocols.haproxy import _exceptions, _v1parser, _v2parser

from peer import say


def describe(address):
    return "None" if address is None else f"{address.type}/{address.host}/{address.port}"


for argument in sys.argv[1:]:
    data = bytes.fromhex(argument)
    parser = _v2parser.V2Parser() if data.startswith(_v2parser.V2Parser.PREFIX) else _v1parser.V1Parser()
    try:
        info, rest = parser.feed(data)
        say(describe(info.source), describe(info.destination))
    except _exceptions.InvalidProxyHeader as error:
        say(type(error).__name__)
