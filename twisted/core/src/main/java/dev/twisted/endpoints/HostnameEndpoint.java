package dev.twisted.endpoints;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Connector.HostAndPort;
import dev.twisted.internet.Factory;
import dev.twisted.internet.HostResolver;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorTCP;
import dev.twisted.internet.ReactorTime;
import org.jspecify.annotations.Nullable;

/**
 * Connects to whichever address of a host answers first ("happy eyeballs", RFC 8305).
 * Follows Twisted's class of the same name. The families of addresses take turns, in the
 * order in which the resolver gives them. The next address is tried when the one before
 * has not answered within the attempt delay, or at once when it has failed. The first
 * connection wins and the other attempts are given up; if all fail, so does the
 * connection, with the last failure, which carries the others as suppressed exceptions.
 * <p>
 * Different from Twisted's, there is one time limit for all of it, looking up the name
 * included. Does not change; each {@code with} method gives a copy.
 */
public final class HostnameEndpoint implements StreamClientEndpoint {

	/** How long an address has before the next one is tried too (RFC 8305, section 5). */
	public static final Duration DEFAULT_ATTEMPT_DELAY = Duration.ofMillis(250);

	private final ReactorTime clock;

	private final HostResolver resolver;

	private final Function<InetAddress, StreamClientEndpoint> attempts;

	private final HostAndPort destination;

	private final Options options;

	/**
	 * Try for thirty seconds.
	 * @param reactor connects and looks up the name
	 * @param host a name, which may have letters of any language, or an address
	 * @param port the port
	 */
	public HostnameEndpoint(Reactor reactor, String host, int port) {
		this(reactor, reactor, new HostAndPort(host, port), Options.DEFAULTS);
	}

	private HostnameEndpoint(Reactor reactor, HostResolver resolver, HostAndPort destination, Options options) {
		this(reactor, resolver, destination, options, (address) -> new TCP4ClientEndpoint(reactor,
				address.getHostAddress(), destination.port(), options.timeout, options.bindAddress));
	}

	HostnameEndpoint(ReactorTime clock, HostResolver resolver, HostAndPort destination, Options options,
			Function<InetAddress, StreamClientEndpoint> attempts) {
		this.clock = clock;
		this.resolver = resolver;
		this.destination = destination;
		this.options = options;
		this.attempts = attempts;
	}

	/**
	 * The same with another time limit.
	 * @param timeout how long to try, looking up the name included
	 * @return the endpoint
	 */
	public HostnameEndpoint withTimeout(Duration timeout) {
		return with(new Options(timeout, this.options.attemptDelay, this.options.bindAddress, this.options.family));
	}

	/**
	 * The same with another delay between addresses.
	 * @param attemptDelay how long an address has before the next one is tried too
	 * @return the endpoint
	 */
	public HostnameEndpoint withAttemptDelay(Duration attemptDelay) {
		return with(new Options(this.options.timeout, attemptDelay, this.options.bindAddress, this.options.family));
	}

	/**
	 * The same from another address. Only addresses of its family are tried then.
	 * @param bindAddress where to connect from, {@code null} for anywhere
	 * @return the endpoint
	 */
	public HostnameEndpoint withBindAddress(@Nullable InetSocketAddress bindAddress) {
		InetAddress from = (bindAddress != null) ? bindAddress.getAddress() : null;
		Predicate<InetAddress> family = (from == null || from.isAnyLocalAddress()) ? this.options.family
				: this.options.family
					.and((address) -> (address instanceof Inet6Address) == (from instanceof Inet6Address));
		return with(new Options(this.options.timeout, this.options.attemptDelay, bindAddress, family));
	}

	/**
	 * The same with names that come from elsewhere.
	 * @param resolver looks up the name
	 * @return the endpoint
	 */
	public HostnameEndpoint withResolver(HostResolver resolver) {
		return (this.clock instanceof Reactor reactor)
				? new HostnameEndpoint(reactor, resolver, this.destination, this.options)
				: new HostnameEndpoint(this.clock, resolver, this.destination, this.options, this.attempts);
	}

	/** The same for one family of addresses. */
	HostnameEndpoint withFamily(Predicate<InetAddress> family) {
		return with(new Options(this.options.timeout, this.options.attemptDelay, this.options.bindAddress, family));
	}

	private HostnameEndpoint with(Options changed) {
		return (this.clock instanceof Reactor reactor)
				? new HostnameEndpoint(reactor, this.resolver, this.destination, changed)
				: new HostnameEndpoint(this.clock, this.resolver, this.destination, changed, this.attempts);
	}

	@Override
	public Deferred<Protocol> connect(Factory factory) {
		String name;
		try {
			name = hostName();
		}
		catch (IllegalArgumentException ex) {
			return Deferred.fail(ex);
		}
		Race race = new Race(this.clock, this.destination, this.options.timeout, this.options.attemptDelay,
				(address) -> this.attempts.apply(address).connect(factory));
		return race.run(() -> this.resolver.resolveHostName(name), this::inTurns);
	}

	/** As the name service knows it. */
	private String hostName() {
		String host = this.destination.host();
		if (host.indexOf(':') >= 0) {
			return host;
		}
		try {
			String name = IDN.toASCII(host);
			if (!name.isEmpty() && name.length() <= 253 && name.chars().allMatch((c) -> c > ' ' && c < 0x7f)) {
				return name;
			}
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("invalid hostname: '%s'".formatted(host), ex);
		}
		throw new IllegalArgumentException("invalid hostname: '%s'".formatted(host));
	}

	/** The families take turns, beginning with that of the first address. */
	private Deque<InetAddress> inTurns(List<InetAddress> addresses) {
		List<InetAddress> wanted = addresses.stream().filter(this.options.family).distinct().toList();
		Deque<InetAddress> turns = new ArrayDeque<>();
		if (wanted.isEmpty()) {
			return turns;
		}
		boolean firstIs6 = wanted.get(0) instanceof Inet6Address;
		List<InetAddress> preferred = new ArrayList<>();
		List<InetAddress> others = new ArrayList<>();
		wanted.forEach((address) -> ((address instanceof Inet6Address == firstIs6) ? preferred : others).add(address));
		for (int i = 0; i < Math.max(preferred.size(), others.size()); i++) {
			if (i < preferred.size()) {
				turns.add(preferred.get(i));
			}
			if (i < others.size()) {
				turns.add(others.get(i));
			}
		}
		return turns;
	}

	/** Where to. */
	HostAndPort destination() {
		return this.destination;
	}

	@Override
	public String toString() {
		return "<HostnameEndpoint %s>".formatted(this.destination);
	}

	/**
	 * How to connect.
	 *
	 * @param timeout how long in all
	 * @param attemptDelay how long an address has for itself
	 * @param bindAddress where from
	 * @param family which addresses to try
	 */
	record Options(Duration timeout, Duration attemptDelay, @Nullable InetSocketAddress bindAddress,
			Predicate<InetAddress> family) {

		static final Options DEFAULTS = new Options(ReactorTCP.DEFAULT_CONNECT_TIMEOUT, DEFAULT_ATTEMPT_DELAY, null,
				(address) -> true);

		Options {
			if (timeout.isNegative() || timeout.isZero() || attemptDelay.isNegative()) {
				throw new IllegalArgumentException(
						"Nobody connects within %s, or %s apart".formatted(timeout, attemptDelay));
			}
		}

	}

}
