package dev.twisted.endpoints;

import java.util.List;
import java.util.Map;

import dev.twisted.internet.Reactor;

/**
 * Makes client endpoints of one more type from their descriptions. Found by
 * {@link java.util.ServiceLoader}. Follows Twisted's
 * {@code IStreamClientEndpointStringParser}.
 */
public interface StreamClientEndpointStringParser {

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
	StreamClientEndpoint parseStreamClient(Reactor reactor, List<String> arguments, Map<String, String> namedArguments);

}
