package dev.twisted.boot.autoconfigure.spread;

import java.time.Duration;

import dev.twisted.boot.TwistedClients;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.endpoints.ClientService;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.spread.cred.Anonymous;
import dev.twisted.spread.cred.Credentials;
import dev.twisted.spread.cred.UsernamePassword;
import dev.twisted.spread.pb.Broker;
import dev.twisted.spread.pb.DeadReferenceException;
import dev.twisted.spread.pb.PBClientFactory;
import dev.twisted.spread.pb.RemoteProxy;
import dev.twisted.spread.pb.RemoteReference;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * What the interfaces of a client call, over whichever connection there is: the root of
 * its server or, for those who log in there, what stands for them. Who calls when there
 * is no connection waits for one, but not for ever and not without being told why.
 */
final class ClientTarget implements RemoteProxy.Target {

	private final String client;

	private final PBClientFactory factory;

	private final ObjectProvider<TwistedClients> clients;

	private final ObjectProvider<Reactor> reactors;

	private final @Nullable Duration timeout;

	private final @Nullable Credentials credentials;

	/** What stands for us on the present connection; nobody else keeps it. */
	private volatile @Nullable RemoteReference avatar;

	ClientTarget(String client, PBClientFactory factory, ObjectProvider<TwistedClients> clients,
			ObjectProvider<Reactor> reactors, @Nullable Duration timeout, @Nullable Credentials credentials) {
		this.client = client;
		this.factory = factory;
		this.clients = clients;
		this.reactors = reactors;
		this.timeout = timeout;
		this.credentials = credentials;
	}

	/**
	 * Prepare a connection.
	 * @return fires when there is somebody to call
	 */
	Deferred<?> prepare(Broker broker) {
		return broker.whenReady()
			.<@Nullable RemoteReference>compose((ready) -> login())
			.<@Nullable Void>addCallback((logged) -> {
				this.avatar = logged;
				return null;
			});
	}

	private Deferred<@Nullable RemoteReference> login() {
		if (this.credentials instanceof UsernamePassword user) {
			return this.factory.login(user, null).<@Nullable RemoteReference>addCallback((logged) -> logged);
		}
		if (this.credentials instanceof Anonymous anonymous) {
			return this.factory.login(anonymous, null).<@Nullable RemoteReference>addCallback((logged) -> logged);
		}
		return Deferred.<@Nullable RemoteReference>succeed(null);
	}

	@Override
	public Deferred<@Nullable Object> call(RemoteProxy.Invocation call) {
		return get(call.name()).<@Nullable Object>compose((reference) -> call(reference, call));
	}

	private static Deferred<@Nullable Object> call(RemoteReference reference, RemoteProxy.Invocation call) {
		@Nullable Object[] arguments = call.arguments().toArray();
		return call.answerRequired() ? reference.<@Nullable Object>callRemote(call.name(), arguments)
				: reference.callRemoteOnly(call.name(), arguments).<@Nullable Object>addCallback((sent) -> null);
	}

	private Deferred<RemoteReference> get(String method) {
		TwistedClients all = this.clients.getObject();
		if (!all.names().contains(this.client)) {
			return Deferred.fail(new DeadReferenceException(
					"%s cannot be called: the client '%s' is not enabled".formatted(method, this.client)));
		}
		ClientService service = all.get(this.client);
		if (service.state() == ClientService.State.CONNECTED) {
			return present();
		}
		Deferred<Protocol> connected = service.whenConnected();
		Duration limit = this.timeout;
		if (limit != null && !connected.called()) {
			connected.addTimeout(limit, this.reactors.getObject(), (protocol, failure) -> {
				throw new TimeoutException(whyNot(method, service, limit));
			});
		}
		return connected.compose((protocol) -> present());
	}

	private Deferred<RemoteReference> present() {
		RemoteReference logged = this.avatar;
		return (logged != null) ? Deferred.succeed(logged) : this.factory.getRootObject();
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
