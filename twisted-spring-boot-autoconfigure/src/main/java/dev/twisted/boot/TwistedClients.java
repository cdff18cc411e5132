package dev.twisted.boot;

import java.util.Set;

import dev.twisted.endpoints.ClientService;

/**
 * The clients of an application context. May be used from any thread.
 */
public interface TwistedClients {

	/**
	 * The clients there are.
	 * @return the keys under {@code twisted.clients} that are enabled, in the order of
	 * their configuration
	 */
	Set<String> names();

	/**
	 * Get a client.
	 * @param name its key under {@code twisted.clients}
	 * @return the service that keeps it connected
	 * @throws IllegalArgumentException if there is no such client, or it is not enabled
	 */
	ClientService get(String name);

}
