package dev.twisted.web.client;

import java.net.URI;

import dev.twisted.web.Headers;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import reactor.netty.http.client.HttpClient;

/**
 * How the server of a request is reached.
 */
interface Route {

	/** At the host of the URI. */
	Route DIRECT = (client, method, target, headers) -> client.request(method).uri(target);

	/** Begin a request that goes this way. */
	HttpClient.RequestSender begin(HttpClient client, HttpMethod method, URI target, Headers headers);

	/** A request is about to be written. */
	default void prepare(Channel channel, URI target, HttpHeaders headers) {
	}

}
