package dev.twisted.web.client;

import dev.twisted.defer.Deferred;
import dev.twisted.web.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Makes HTTP requests: an {@link Agent}, or something around one that adds to what it
 * does. Follows Twisted's {@code IAgent}. May be used from any thread.
 */
@FunctionalInterface
public interface HTTPAgent {

	/**
	 * Make a request.
	 * @param method such as {@code GET}
	 * @param uri an absolute URI
	 * @param headers fields to send besides those that HTTP needs
	 * @param bodyProducer writes the body, {@code null} for none
	 * @return fires with the response, whatever its status, once its headers are there;
	 * on the reactor's thread, on the loop of the caller or else the main loop. Nothing
	 * is thrown: whatever goes wrong is its failure. Cancelling it gives up whatever is
	 * going on and closes the connection
	 */
	Deferred<Response> request(String method, String uri, Headers headers, @Nullable BodyProducer bodyProducer);

	/**
	 * Make a request without a body or further headers.
	 * @param method such as {@code GET}
	 * @param uri an absolute URI
	 * @return fires with the response
	 */
	default Deferred<Response> request(String method, String uri) {
		return request(method, uri, new Headers(), null);
	}

	/**
	 * Make a request without a body.
	 * @param method such as {@code GET}
	 * @param uri an absolute URI
	 * @param headers fields to send besides those that HTTP needs
	 * @return fires with the response
	 */
	default Deferred<Response> request(String method, String uri, Headers headers) {
		return request(method, uri, headers, null);
	}

}
