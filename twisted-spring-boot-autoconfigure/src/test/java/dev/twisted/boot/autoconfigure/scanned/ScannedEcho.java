package dev.twisted.boot.autoconfigure.scanned;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.internet.Protocol;

@ProtocolHandler("scanned")
class ScannedEcho extends Protocol {

}
