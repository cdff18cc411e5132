package dev.twisted.boot;

import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ApplicationContextEvent;

/**
 * A server has begun to listen. Published once for each transport of each server, when
 * all servers of the context listen.
 */
public class TwistedServerStartedEvent extends ApplicationContextEvent {

	private static final long serialVersionUID = 1L;

	private final transient TwistedServer server;

	/**
	 * Make the event.
	 * @param source the context that the server belongs to
	 * @param server the server
	 */
	public TwistedServerStartedEvent(ApplicationContext source, TwistedServer server) {
		super(source);
		this.server = server;
	}

	/**
	 * Which server, and where it listens.
	 * @return the server
	 */
	public TwistedServer getServer() {
		return this.server;
	}

	@Override
	public String toString() {
		return "%s[server '%s' on %s]".formatted(getClass().getSimpleName(), this.server.name(), this.server.address());
	}

}
