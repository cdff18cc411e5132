package dev.twisted.enterprise;

import java.time.Duration;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import org.jspecify.annotations.Nullable;

/**
 * How to run an interaction. Immutable. What is not set is as the database has it.
 * <p>
 * Inside a transaction that somebody else began, the isolation and whether it only reads
 * are that transaction's.
 *
 * @param isolation what the transaction sees of others
 * @param readOnly whether it only reads; a hint that a database may ignore, as H2 does
 * @param timeout how long it may take, from when it has a connection; {@code null} for
 * the limit of the pool
 */
public record TransactionOptions(@Nullable IsolationLevel isolation, boolean readOnly, @Nullable Duration timeout) {

	/** As the database and the pool have it. */
	public static final TransactionOptions DEFAULT = new TransactionOptions(null, false, null);

	/**
	 * Checks the values.
	 */
	public TransactionOptions {
		if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
			throw new IllegalArgumentException("A transaction takes some time, which cannot be " + timeout);
		}
	}

	/**
	 * The same with another isolation.
	 * @param isolation what the transaction sees of others
	 * @return new options
	 */
	public TransactionOptions withIsolation(IsolationLevel isolation) {
		return new TransactionOptions(isolation, this.readOnly, this.timeout);
	}

	/**
	 * The same for a transaction that only reads.
	 * @return new options
	 */
	public TransactionOptions withReadOnly() {
		return new TransactionOptions(this.isolation, true, this.timeout);
	}

	/**
	 * The same with another limit.
	 * @param timeout how long the transaction may take, more than zero
	 * @return new options
	 */
	public TransactionOptions withTimeout(Duration timeout) {
		return new TransactionOptions(this.isolation, this.readOnly, timeout);
	}

	/** What the driver is told, {@code null} if there is nothing to tell. */
	@Nullable TransactionDefinition definition() {
		if (this.isolation == null && !this.readOnly) {
			return null;
		}
		return new Definition(this.isolation, this.readOnly ? Boolean.TRUE : null);
	}

	private record Definition(@Nullable IsolationLevel isolation,
			@Nullable Boolean readOnly) implements TransactionDefinition {

		@Override
		public <T> @Nullable T getAttribute(Option<T> option) {
			if (option.equals(TransactionDefinition.ISOLATION_LEVEL)) {
				return option.cast(this.isolation);
			}
			return option.equals(TransactionDefinition.READ_ONLY) ? option.cast(this.readOnly) : null;
		}

	}

}
