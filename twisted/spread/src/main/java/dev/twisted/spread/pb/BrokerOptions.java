package dev.twisted.spread.pb;

import java.time.Duration;

import dev.twisted.spread.jelly.SecurityOptions;
import org.jspecify.annotations.Nullable;

/**
 * What a broker allows and how long it waits. Immutable, but for what may still be
 * registered with the security options.
 *
 * @param security which objects may come in besides the types that everybody knows
 * @param unsafeTracebacks whether peers are told where an error happened
 * @param callTimeout how long to wait for an answer, {@code null} for as long as the
 * connection lasts
 * @param maxReferences how many of our objects a peer may hold references to, and as many
 * caches, on one connection; the root does not count
 * @param maxCalls how many calls of a peer may be without an answer, on one connection
 * @param maxDepth how deep what is sent or received may be nested
 * @param maxSize how many bytes one message may have, in either direction
 */
public record BrokerOptions(SecurityOptions security, boolean unsafeTracebacks, @Nullable Duration callTimeout,
		int maxReferences, int maxCalls, int maxDepth, int maxSize) {

	/** Twisted's limit of references; Twisted has none of the others. */
	public static final int MAX_BROKER_REFS = 1024;

	/**
	 * Check the options.
	 */
	public BrokerOptions {
		if (callTimeout != null && (callTimeout.isNegative() || callTimeout.isZero())) {
			throw new IllegalArgumentException("A call cannot be given %s to be answered".formatted(callTimeout));
		}
		if (maxReferences < 1 || maxCalls < 1 || maxDepth < 1 || maxSize < 1) {
			throw new IllegalArgumentException("A limit must be at least one");
		}
	}

	/**
	 * The defaults: nothing registered, no tracebacks, a minute for an answer, 1024
	 * references, 10 000 calls without an answer, nested 512 deep, ten times as many
	 * bytes as one string may have.
	 * @return the options
	 */
	public static BrokerOptions defaults() {
		return new BrokerOptions(new SecurityOptions(), false, Duration.ofMinutes(1), MAX_BROKER_REFS, 10_000, 512,
				6_553_600);
	}

	/**
	 * The same with other objects that may come in.
	 * @param security which may
	 * @return the options
	 */
	public BrokerOptions withSecurity(SecurityOptions security) {
		return new BrokerOptions(security, this.unsafeTracebacks, this.callTimeout, this.maxReferences, this.maxCalls,
				this.maxDepth, this.maxSize);
	}

	/**
	 * The same with or without telling peers where an error happened.
	 * @param unsafeTracebacks whether they are told
	 * @return the options
	 */
	public BrokerOptions withUnsafeTracebacks(boolean unsafeTracebacks) {
		return new BrokerOptions(this.security, unsafeTracebacks, this.callTimeout, this.maxReferences, this.maxCalls,
				this.maxDepth, this.maxSize);
	}

	/**
	 * The same with another time to answer.
	 * @param callTimeout how long to wait, {@code null} for as long as the connection
	 * lasts
	 * @return the options
	 */
	public BrokerOptions withCallTimeout(@Nullable Duration callTimeout) {
		return new BrokerOptions(this.security, this.unsafeTracebacks, callTimeout, this.maxReferences, this.maxCalls,
				this.maxDepth, this.maxSize);
	}

	/**
	 * The same with another limit of references.
	 * @param maxReferences how many of our objects a peer may hold
	 * @return the options
	 */
	public BrokerOptions withMaxReferences(int maxReferences) {
		return new BrokerOptions(this.security, this.unsafeTracebacks, this.callTimeout, maxReferences, this.maxCalls,
				this.maxDepth, this.maxSize);
	}

	/**
	 * The same with another limit of calls.
	 * @param maxCalls how many may be without an answer
	 * @return the options
	 */
	public BrokerOptions withMaxCalls(int maxCalls) {
		return new BrokerOptions(this.security, this.unsafeTracebacks, this.callTimeout, this.maxReferences, maxCalls,
				this.maxDepth, this.maxSize);
	}

	/**
	 * The same with other limits to the size of messages.
	 * @param maxDepth how deep they may be nested
	 * @param maxSize how many bytes they may have
	 * @return the options
	 */
	public BrokerOptions withMessageLimits(int maxDepth, int maxSize) {
		return new BrokerOptions(this.security, this.unsafeTracebacks, this.callTimeout, this.maxReferences,
				this.maxCalls, maxDepth, maxSize);
	}

}
