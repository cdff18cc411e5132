package dev.twisted.web.client;

import java.net.URI;

import io.netty.channel.Channel;
import reactor.netty.http.client.HttpClient;

/**
 * How the server of a request is reached.
 */
interface Route {

	/** At the host of the URI. */
	Route DIRECT = (client, target) -> client;

	/** Have a client go this way. */
	HttpClient take(HttpClient client, URI target);

	/** What to give the client as the URI. */
	default String uri(URI target) {
		return target.toString();
	}

	/** A request is about to be written. */
	default void prepare(Channel channel, URI target) {
	}

}
