package dev.twisted.web.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.UnaryOperator;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorTCP;
import dev.twisted.internet.netty.ReactorLoops;
import dev.twisted.internet.ssl.CertificateOptions;
import dev.twisted.web.Headers;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider;

/**
 * Makes HTTP requests on the reactor's own event loops. Follows Twisted's {@code Agent}:
 * any response is a success whatever its status, redirects are not followed, and nothing
 * is sent that was not asked for but {@code Host} and what tells the length of the body.
 * <p>
 * Unlike Twisted's it has deadlines from the start: for the connection, for the response
 * to begin, and for all of it. What takes longer fails with a
 * {@link dev.twisted.defer.TimeoutException}.
 * <p>
 * Without an {@link HTTPConnectionPool} each request has a connection of its own. May be
 * used from any thread.
 */
public final class Agent implements HTTPAgent {

	/** How long a response may take to begin, if nothing else is asked for. */
	public static final Duration DEFAULT_RESPONSE_TIMEOUT = Duration.ofSeconds(30);

	/** How long all of a request may take, if nothing else is asked for. */
	public static final Duration DEFAULT_TOTAL_TIMEOUT = Duration.ofMinutes(5);

	private final Reactor reactor;

	private final ReactorLoops loops;

	private final Duration responseTimeout;

	private final Duration totalTimeout;

	private final @Nullable HTTPConnectionPool pool;

	private final Builder settings;

	private final SslProvider tls;

	private final HTTPAgent front;

	private volatile @Nullable Client client;

	private Agent(Builder settings) {
		this.settings = settings;
		this.tls = AgentTls.provider(settings.contextFactory, settings.http2);
		this.reactor = settings.reactor;
		this.loops = ReactorLoops.of(settings.reactor);
		this.responseTimeout = settings.responseTimeout;
		this.totalTimeout = settings.totalTimeout;
		this.pool = settings.pool;
		this.front = settings.decorator
			.apply((method, uri, headers, body) -> request(method, uri, headers, body, Route.DIRECT));
		// Loads here, on the caller's thread, what takes long to load the first time.
		client().request(HttpMethod.GET);
	}

	/**
	 * Make an agent with the defaults and without a pool.
	 * @param reactor the reactor
	 */
	public Agent(Reactor reactor) {
		this(builder(reactor));
	}

	/**
	 * Make an agent with the defaults.
	 * @param reactor the reactor
	 * @param pool keeps its connections
	 */
	public Agent(Reactor reactor, HTTPConnectionPool pool) {
		this(builder(reactor).pool(pool));
	}

	/**
	 * Begin to make an agent.
	 * @param reactor the reactor
	 * @return a builder
	 */
	public static Builder builder(Reactor reactor) {
		return new Builder(reactor);
	}

	@Override
	public Deferred<Response> request(String method, String uri, Headers headers, @Nullable BodyProducer bodyProducer) {
		return this.front.request(method, uri, headers, bodyProducer);
	}

	Deferred<Response> request(String method, String uri, Headers headers, @Nullable BodyProducer bodyProducer,
			Route route) {
		URI target;
		try {
			target = target(uri);
		}
		catch (IllegalArgumentException | SchemeNotSupported ex) {
			this.loops.here("Agent").execute(() -> letGo(bodyProducer));
			return Deferred.fail(ex);
		}
		Duration deadline = deadline();
		Request request = new Request(method, uri, headers.copy(), deadline);
		return new Exchange(this, request, target, bodyProducer, route).begin(deadline);
	}

	/**
	 * When a request that begins now has to be over: at latest when what has led to it.
	 */
	private Duration deadline() {
		Duration own = this.reactor.seconds().plus(this.totalTimeout);
		Duration inherited = InheritedDeadline.current();
		return (inherited != null && inherited.compareTo(own) < 0) ? inherited : own;
	}

	/** There will be no request with this body. */
	static void letGo(@Nullable BodyProducer bodyProducer) {
		if (bodyProducer != null) {
			bodyProducer.stopProducing();
		}
	}

	/** What is asked for, without the fragment and with nothing that is not ASCII. */
	private static URI target(String uri) {
		try {
			URI given = new URI(new URI(uri).toASCIIString());
			String scheme = (given.getScheme() != null) ? given.getScheme().toLowerCase(Locale.ROOT) : "";
			if (!scheme.equals("http") && !scheme.equals("https")) {
				throw new SchemeNotSupported("The scheme of '%s' is neither http nor https".formatted(uri));
			}
			if (given.getHost() == null) {
				throw new IllegalArgumentException("There is no host in '%s'".formatted(uri));
			}
			if (given.getPort() > 65535 || given.getPort() == 0) {
				throw new IllegalArgumentException("There is no port %d to connect to".formatted(given.getPort()));
			}
			return given;
		}
		catch (URISyntaxException ex) {
			throw new IllegalArgumentException("'%s' is no URI: %s".formatted(uri, ex.getReason()), ex);
		}
	}

	Reactor reactor() {
		return this.reactor;
	}

	ReactorLoops loops() {
		return this.loops;
	}

	Duration responseTimeout() {
		return this.responseTimeout;
	}

	Duration totalTimeout() {
		return this.totalTimeout;
	}

	boolean retriesAutomatically() {
		return this.pool != null && this.pool.retryAutomatically();
	}

	/** What makes connections; the same for all requests, so that they share them. */
	HttpClient client() {
		ConnectionProvider connections = (this.pool != null) ? this.pool.connections()
				: ConnectionProvider.newConnection();
		Client known = this.client;
		if (known == null || known.connections != connections) {
			known = new Client(connections, client(connections));
			this.client = known;
		}
		return known.client;
	}

	private HttpClient client(ConnectionProvider connections) {
		// HTTP/2 has a pool of its own in front of these.
		HttpClient client = HttpClient.create(this.settings.http2 ? connections : new GivenUpInTime(connections))
			.keepAlive(this.pool != null)
			.runOn(this.loops)
			.resolver(this.settings.names)
			.disableRetry(true)
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS,
					(int) Math.min(this.settings.connectTimeout.toMillis(), Integer.MAX_VALUE))
			.secure(this.tls);
		return this.settings.http2 ? client.protocol(HttpProtocol.H2, HttpProtocol.HTTP11) : client;
	}

	@Override
	public String toString() {
		return "Agent";
	}

	/**
	 * What makes connections, for as long as the pool has the same ones.
	 */
	private record Client(ConnectionProvider connections, HttpClient client) {
	}

	/**
	 * Builds agents. Not for use by several threads at once.
	 */
	public static final class Builder {

		private final Reactor reactor;

		private final ReactorNames names;

		private @Nullable HTTPConnectionPool pool;

		private ContextFactory contextFactory = CertificateOptions.builder().build();

		private Duration connectTimeout = ReactorTCP.DEFAULT_CONNECT_TIMEOUT;

		private Duration responseTimeout = DEFAULT_RESPONSE_TIMEOUT;

		private Duration totalTimeout = DEFAULT_TOTAL_TIMEOUT;

		private boolean http2;

		private UnaryOperator<HTTPAgent> decorator = UnaryOperator.identity();

		private Builder(Reactor reactor) {
			this.reactor = reactor;
			this.names = new ReactorNames(reactor);
		}

		/**
		 * Keep connections for further requests.
		 * @param pool where to; none at first
		 * @return this builder
		 */
		public Builder pool(HTTPConnectionPool pool) {
			this.pool = pool;
			return this;
		}

		/**
		 * Whom to trust and what to show where the scheme is {@code https}.
		 * @param contextFactory certificate and rules; at first whom this Java
		 * installation trusts, and the server has to have the name that is asked for
		 * @return this builder
		 */
		public Builder contextFactory(ContextFactory contextFactory) {
			this.contextFactory = contextFactory;
			return this;
		}

		/**
		 * How long connecting to one address may take. A TLS handshake after that has the
		 * time of the {@link #contextFactory}.
		 * @param connectTimeout the time, more than zero; thirty seconds at first
		 * @return this builder
		 */
		public Builder connectTimeout(Duration connectTimeout) {
			this.connectTimeout = positive(connectTimeout);
			return this;
		}

		/**
		 * How long the headers of the response may take, from the moment the request has
		 * been sent.
		 * @param responseTimeout the time, more than zero; thirty seconds at first
		 * @return this builder
		 */
		public Builder responseTimeout(Duration responseTimeout) {
			this.responseTimeout = positive(responseTimeout);
			return this;
		}

		/**
		 * How long all of it may take, from the request to the end of the body, waiting
		 * for a connection included.
		 * @param totalTimeout the time, more than zero; five minutes at first
		 * @return this builder
		 */
		public Builder totalTimeout(Duration totalTimeout) {
			this.totalTimeout = positive(totalTimeout);
			return this;
		}

		/**
		 * Whether to speak HTTP/2 with servers that have it, under TLS. Needs a pool.
		 * @param http2 false at first
		 * @return this builder
		 */
		public Builder http2(boolean http2) {
			this.http2 = http2;
			return this;
		}

		/**
		 * Put something around all requests, such as their observation.
		 * @param decorator is given what makes the requests, once, and returns what the
		 * agent is to ask instead; nothing at first
		 * @return this builder
		 */
		public Builder decorator(UnaryOperator<HTTPAgent> decorator) {
			this.decorator = decorator;
			return this;
		}

		/**
		 * Make the agent.
		 * @return the agent
		 * @throws IllegalStateException if it is to speak HTTP/2 and has no pool
		 * @throws IllegalArgumentException if the reactor does not run on Netty
		 */
		public Agent build() {
			if (this.http2 && this.pool == null) {
				throw new IllegalStateException("HTTP/2 puts many requests on one connection, and needs a pool for it");
			}
			return new Agent(this);
		}

		private static Duration positive(Duration time) {
			if (time.isNegative() || time.isZero()) {
				throw new IllegalArgumentException("A deadline is more than zero, which %s is not".formatted(time));
			}
			return time;
		}

	}

}
