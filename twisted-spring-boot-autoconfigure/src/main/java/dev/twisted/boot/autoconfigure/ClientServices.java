package dev.twisted.boot.autoconfigure;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.twisted.boot.ConnectionPreparer;
import dev.twisted.boot.PreparedConnection;
import dev.twisted.boot.TwistedClients;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.TimeoutException;
import dev.twisted.endpoints.BackoffPolicy;
import dev.twisted.endpoints.ClientService;
import dev.twisted.endpoints.Endpoints;
import dev.twisted.endpoints.HostnameEndpoint;
import dev.twisted.endpoints.StreamClientEndpoint;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.unit.DataSize;

/**
 * Makes the services of the clients, each when it is first asked for.
 */
final class ClientServices implements TwistedClients {

	private final BeanFactory beanFactory;

	private final ObjectProvider<Reactor> reactors;

	private final Map<String, ClientSpec> specs;

	private final ClientTls tls;

	private final List<ConnectionPreparer> preparers;

	private final Map<String, ClientService> services = new LinkedHashMap<>();

	ClientServices(BeanFactory beanFactory, ObjectProvider<Reactor> reactors, Map<String, ClientSpec> specs,
			ClientTls tls, List<ConnectionPreparer> preparers) {
		this.beanFactory = beanFactory;
		this.reactors = reactors;
		this.specs = specs;
		this.tls = tls;
		this.preparers = preparers;
	}

	@Override
	public Set<String> names() {
		return Collections.unmodifiableSet(this.specs.keySet());
	}

	@Override
	public ClientService get(String name) {
		ClientSpec spec = this.specs.get(name);
		if (spec == null) {
			throw new IllegalArgumentException("There is no client '%s' that is configured and enabled; there are: %s"
				.formatted(name, this.specs.isEmpty() ? "none" : String.join(", ", this.specs.keySet())));
		}
		synchronized (this.services) {
			ClientService service = this.services.get(name);
			if (service == null) {
				service = service(spec);
				this.services.put(name, service);
			}
			return service;
		}
	}

	private ClientService service(ClientSpec spec) {
		Reactor reactor = this.reactors.getObject();
		Handler bean = spec.bean();
		Factory factory = (bean.kind() == HandlerKind.FACTORY)
				? BehindProxy.of(this.beanFactory.getBean(bean.beanName(), Factory.class), Factory.class)
				: new BeanProtocolFactory(this.beanFactory, bean.beanName());
		DataSize maxFrameLength = spec.properties().maxFrameLength();
		if (maxFrameLength != null) {
			factory = new FrameLimitedFactory(factory, Math.toIntExact(maxFrameLength.toBytes()),
					spec.key("max-frame-length"));
		}
		ClientService service = new ClientService(endpoint(reactor, spec), factory,
				retryPolicy(spec.properties().reconnect()), reactor, (protocol) -> prepare(reactor, spec, protocol));
		service.setName("Twisted client '%s'".formatted(spec.name()));
		return service;
	}

	private @Nullable Object prepare(Reactor reactor, ClientSpec spec, Protocol protocol) throws Exception {
		PreparedConnection prepared = protocol.adapt(PreparedConnection.class);
		Deferred<?> preparing = (prepared != null) ? prepared.prepareConnection() : preparedByOthers(protocol);
		return (preparing != null) ? inTime(reactor, spec, preparing) : null;
	}

	private @Nullable Deferred<?> preparedByOthers(Protocol protocol) {
		for (ConnectionPreparer preparer : this.preparers) {
			Deferred<?> preparing = preparer.prepare(protocol);
			if (preparing != null) {
				return preparing;
			}
		}
		return null;
	}

	private static <T> Deferred<T> inTime(Reactor reactor, ClientSpec spec, Deferred<T> preparing) {
		Duration limit = spec.properties().prepareTimeout();
		return preparing.addTimeout(limit, reactor, (result, failure) -> {
			throw new TimeoutException(
					"The connection was not prepared within %s (%s)".formatted(limit, spec.key("prepare-timeout")));
		});
	}

	private static BackoffPolicy retryPolicy(TwistedClientsProperties.Reconnect reconnect) {
		// The policy multiplies its first delay as well.
		Duration first = Duration.ofNanos((long) (reconnect.initialDelay().toNanos() / reconnect.factor()));
		return new BackoffPolicy(first, reconnect.maxDelay(), reconnect.factor(),
				BackoffPolicy.upTo(reconnect.jitter()));
	}

	private StreamClientEndpoint endpoint(Reactor reactor, ClientSpec spec) {
		TwistedClientsProperties.Client client = spec.properties();
		StreamClientEndpoint endpoint;
		String description = client.endpoint();
		if (description != null) {
			endpoint = described(reactor, spec, description);
		}
		else {
			Integer port = client.port();
			HostnameEndpoint host = new HostnameEndpoint(reactor, String.valueOf(client.host()),
					(port != null) ? port : 0);
			Duration connectTimeout = client.connectTimeout();
			endpoint = (connectTimeout != null) ? host.withTimeout(connectTimeout) : host;
		}
		TwistedClientsProperties.Ssl ssl = client.ssl();
		return (ssl != null) ? Endpoints.wrapClientTLS(this.tls.contextFactory(spec, ssl), endpoint) : endpoint;
	}

	private static StreamClientEndpoint described(Reactor reactor, ClientSpec spec, String description) {
		try {
			return Endpoints.clientFromString(reactor, description);
		}
		catch (IllegalArgumentException ex) {
			throw new FailureAnalyzedException(
					"The client '%s' has an endpoint that describes none: %s".formatted(spec.name(), ex.getMessage()),
					"Correct %s, such as tcp:robot.example.com:8000.".formatted(spec.key("endpoint")), ex);
		}
	}

}
