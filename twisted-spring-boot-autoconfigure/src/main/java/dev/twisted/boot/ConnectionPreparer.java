package dev.twisted.boot;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Does for the protocols of a library what {@link PreparedConnection} does for one's own:
 * a bean of this type is asked about each new connection of a client whose protocol is no
 * {@code PreparedConnection}.
 */
@FunctionalInterface
public interface ConnectionPreparer {

	/**
	 * Prepare a connection. Called on the reactor's thread, after {@code connectionMade}.
	 * @param protocol the protocol of the connection
	 * @return fires when the connection is ready, or fails, as that of
	 * {@link PreparedConnection#prepareConnection}; {@code null} if this is not for such
	 * protocols
	 */
	@Nullable Deferred<?> prepare(Protocol protocol);

}
