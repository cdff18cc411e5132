package dev.twisted.spread.pb;

import java.util.concurrent.atomic.AtomicReference;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.IPv4Address;
import dev.twisted.task.Clock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client and a server of ours, with a wire between them and a clock for both.
 */
final class Pair {

	private static final IPv4Address ADDRESS = new IPv4Address("TCP", "127.0.0.1", 1);

	final Clock clock = new Clock();

	final PBClientFactory clientFactory;

	final Broker client;

	final Broker server;

	final Wire wire;

	final RemoteReference root;

	Pair(Root root) {
		this(root, BrokerOptions.defaults(), BrokerOptions.defaults());
	}

	Pair(Root root, BrokerOptions serverOptions, BrokerOptions clientOptions) {
		this.clientFactory = new PBClientFactory(this.clock, clientOptions);
		this.client = (Broker) this.clientFactory.buildProtocol(ADDRESS);
		this.server = server(this.clock, root, serverOptions);
		this.wire = Wire.join(this.server, this.client);
		this.root = result(this.clientFactory.getRootObject());
	}

	static Broker server(Clock clock, Root root, BrokerOptions options) {
		return (Broker) new PBServerFactory(clock, root, options).buildProtocol(ADDRESS);
	}

	/** Call the root and carry what that takes. */
	<T> Deferred<T> call(String name, Object... arguments) {
		Deferred<T> answer = this.root.callRemote(name, arguments);
		this.wire.pump();
		return answer;
	}

	/** The result of a Deferred that has fired. */
	static <T> T result(Deferred<T> deferred) {
		AtomicReference<Object> outcome = new AtomicReference<>("nothing");
		deferred.addBoth((value, failure) -> {
			outcome.set((failure != null) ? failure : value);
			return null;
		});
		if (outcome.get() instanceof Failure failure) {
			throw new AssertionError(failure.getTraceback(), failure.value());
		}
		@SuppressWarnings("unchecked")
		T value = (T) outcome.get();
		assertThat(value).as("result").isNotEqualTo("nothing");
		return value;
	}

	/** The failure of a Deferred that has fired. */
	static Failure failure(Deferred<?> deferred) {
		AtomicReference<Object> outcome = new AtomicReference<>("nothing");
		deferred.addBoth((value, failure) -> {
			outcome.set((failure != null) ? failure : value);
			return null;
		});
		assertThat(outcome.get()).isInstanceOf(Failure.class);
		return (Failure) outcome.get();
	}

}
