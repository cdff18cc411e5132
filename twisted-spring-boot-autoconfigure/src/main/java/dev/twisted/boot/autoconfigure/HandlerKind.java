package dev.twisted.boot.autoconfigure;

import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * What a handler bean can be, and so what its server speaks.
 */
enum HandlerKind {

	/** A singleton that makes the protocols. */
	FACTORY(Factory.class, Transport.TCP),

	/** A prototype, one for each connection. */
	PROTOCOL(Protocol.class, Transport.TCP),

	/** One for the port. */
	DATAGRAM_PROTOCOL(DatagramProtocol.class, Transport.UDP),

	/** What a {@link dev.twisted.boot.ProtocolHandlerAdapter} makes a factory of. */
	ADAPTED(null, Transport.TCP);

	private final @Nullable Class<?> type;

	private final Transport transport;

	HandlerKind(@Nullable Class<?> type, Transport transport) {
		this.type = type;
		this.transport = transport;
	}

	Transport transport() {
		return this.transport;
	}

	static @Nullable HandlerKind of(@Nullable Class<?> type) {
		if (type != null) {
			for (HandlerKind kind : values()) {
				if (kind.type != null && kind.type.isAssignableFrom(type)) {
					return kind;
				}
			}
		}
		return null;
	}

	enum Transport {

		TCP, UDP

	}

}
