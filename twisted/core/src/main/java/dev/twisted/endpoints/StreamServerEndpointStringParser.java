package dev.twisted.endpoints;

import java.util.List;
import java.util.Map;

import dev.twisted.internet.Reactor;

/**
 * Makes server endpoints of one more type from their descriptions. Found by
 * {@link java.util.ServiceLoader}. Follows Twisted's
 * {@code IStreamServerEndpointStringParser}.
 */
public interface StreamServerEndpointStringParser {

	/**
	 * The type that descriptions begin with. Case does not matter; a type that this
	 * package knows itself cannot be replaced.
	 * @return the type
	 */
	String prefix();

	/**
	 * Make an endpoint.
	 * @param reactor what the endpoint is to use
	 * @param arguments the arguments without names, in their order
	 * @param namedArguments the arguments with names
	 * @return the endpoint
	 * @throws IllegalArgumentException if the arguments do not describe one
	 */
	StreamServerEndpoint parseStreamServer(Reactor reactor, List<String> arguments, Map<String, String> namedArguments);

}
