package dev.twisted.boot.autoconfigure.spread;

import java.time.Duration;

import dev.twisted.boot.TwistedClients;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.endpoints.ClientService;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.spread.pb.DeadReferenceException;
import dev.twisted.spread.pb.PBClientFactory;
import dev.twisted.spread.pb.RemoteReference;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The root of a client's server, over whichever connection there is: who asks when there
 * is none waits for it, but not for ever and not without being told why.
 */
final class ClientRoots {

	private final String client;

	private final PBClientFactory factory;

	private final ObjectProvider<TwistedClients> clients;

	private final ObjectProvider<Reactor> reactors;

	private final @Nullable Duration timeout;

	ClientRoots(String client, PBClientFactory factory, ObjectProvider<TwistedClients> clients,
			ObjectProvider<Reactor> reactors, @Nullable Duration timeout) {
		this.client = client;
		this.factory = factory;
		this.clients = clients;
		this.reactors = reactors;
		this.timeout = timeout;
	}

	/**
	 * The root for a call.
	 * @param method what is to be called, for the errors
	 */
	Deferred<RemoteReference> get(String method) {
		TwistedClients all = this.clients.getObject();
		if (!all.names().contains(this.client)) {
			return Deferred.fail(new DeadReferenceException(
					"%s cannot be called: the client '%s' is not enabled".formatted(method, this.client)));
		}
		ClientService service = all.get(this.client);
		if (service.state() == ClientService.State.CONNECTED) {
			return this.factory.getRootObject();
		}
		Deferred<Protocol> connected = service.whenConnected();
		Duration limit = this.timeout;
		if (limit != null && !connected.called()) {
			connected.addTimeout(limit, this.reactors.getObject(), (protocol, failure) -> {
				throw new TimeoutException(whyNot(method, service, limit));
			});
		}
		return connected.compose((protocol) -> this.factory.getRootObject());
	}

	private String whyNot(String method, ClientService service, Duration limit) {
		Failure last = service.lastFailure();
		return "%s was not called: the client '%s' had no connection to %s in %s (%s)".formatted(method, this.client,
				service.endpoint(), limit,
				(last != null) ? "most recently: " + last.value() : "the first attempt has not ended");
	}

	@Override
	public String toString() {
		return this.client;
	}

}
