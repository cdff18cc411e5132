package dev.twisted.protocols.policies;

import java.util.function.Supplier;

import dev.twisted.internet.Address;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many connections are open together, on all ports that share this factory.
 * Those that are too many are closed at once, or get a protocol that tells them so.
 * Follows Twisted's {@code LimitTotalConnectionsFactory}.
 * <p>
 * With several event loops each of them may let in one connection too many.
 */
public class LimitTotalConnectionsFactory extends WrappingFactory {

	private final int connectionLimit;

	private final @Nullable Supplier<? extends Protocol> overflowProtocol;

	/**
	 * Wrap a factory.
	 * @param wrappedFactory makes the protocols to wrap
	 * @param connectionLimit how many connections may be open together
	 */
	public LimitTotalConnectionsFactory(Factory wrappedFactory, int connectionLimit) {
		this(wrappedFactory, connectionLimit, null);
	}

	/**
	 * Wrap a factory.
	 * @param wrappedFactory makes the protocols to wrap
	 * @param connectionLimit how many connections may be open together
	 * @param overflowProtocol makes the protocols of connections that are too many, which
	 * should be brief: they count until they are gone. {@code null} to close such
	 * connections at once
	 * @throws IllegalArgumentException if the limit is negative
	 */
	public LimitTotalConnectionsFactory(Factory wrappedFactory, int connectionLimit,
			@Nullable Supplier<? extends Protocol> overflowProtocol) {
		super(wrappedFactory);
		if (connectionLimit < 0) {
			throw new IllegalArgumentException("There cannot be %d connections at most".formatted(connectionLimit));
		}
		this.connectionLimit = connectionLimit;
		this.overflowProtocol = overflowProtocol;
	}

	/**
	 * How many connections are open. May be called from any thread.
	 * @return the number, those that were too many included
	 */
	public final int connectionCount() {
		return connected();
	}

	@Override
	public @Nullable Protocol buildProtocol(Address address) throws Exception {
		if (connected() < this.connectionLimit) {
			return super.buildProtocol(address);
		}
		return (this.overflowProtocol != null) ? wrap(this.overflowProtocol.get(), address) : null;
	}

}
