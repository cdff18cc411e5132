package dev.twisted.internet.ssl;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

import dev.twisted.internet.ContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among contexts by the name that a client asks for (SNI, RFC 6066), for servers
 * that have several names. A name that begins with {@code *.} stands for all names that
 * have one more label; an exact name goes before it. Clients that ask for another name or
 * for none get the default.
 */
public final class ServerNames implements ContextFactory {

	private final ContextFactory defaultContext;

	private final Map<String, ContextFactory> byName;

	/**
	 * Make the choice.
	 * @param defaultContext for all other names; clients are served by it too
	 * @param byName the contexts of names
	 */
	public ServerNames(ContextFactory defaultContext, Map<String, ? extends ContextFactory> byName) {
		this.defaultContext = defaultContext;
		this.byName = new LinkedHashMap<>();
		byName.forEach((name, context) -> this.byName.put(name.toLowerCase(Locale.ROOT), context));
	}

	@Override
	public SSLEngine serverEngine(@Nullable String serverName) throws SSLException {
		return choose(serverName).serverEngine(serverName);
	}

	private ContextFactory choose(@Nullable String serverName) {
		if (serverName == null) {
			return this.defaultContext;
		}
		ContextFactory exact = this.byName.get(serverName);
		if (exact != null) {
			return exact;
		}
		int dot = serverName.indexOf('.');
		ContextFactory wildcard = (dot > 0) ? this.byName.get("*" + serverName.substring(dot)) : null;
		return (wildcard != null) ? wildcard : this.defaultContext;
	}

	@Override
	public SSLEngine clientEngine(@Nullable String host, int port) throws SSLException {
		return this.defaultContext.clientEngine(host, port);
	}

	@Override
	public Duration handshakeTimeout() {
		return this.defaultContext.handshakeTimeout();
	}

}
