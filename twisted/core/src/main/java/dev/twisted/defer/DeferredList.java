package dev.twisted.defer;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for several Deferreds and tells how each of them ended. Follows
 * {@code twisted.internet.defer.DeferredList}.
 * <p>
 * It adds a callback to each member, so it sees what the members have become by then. The
 * members keep their results, and their failures too unless {@link Option#CONSUME_ERRORS}
 * is given. The list fires in the thread that brings the result that was missing. To
 * cancel it before that is to cancel every member; what their cancellers throw is logged.
 *
 * @param <T> the results of the members
 */
public final class DeferredList<T extends @Nullable Object> extends Deferred<List<DeferredList.Result<T>>> {

	private static final Logger logger = LoggerFactory.getLogger(DeferredList.class);

	private final List<Deferred<? extends T>> members;

	/**
	 * Wait for some Deferreds. The result is one entry for each, in their order; without
	 * any it is there at once and empty.
	 * @param deferreds whom to wait for
	 * @param options how to deal with failures
	 */
	public DeferredList(Collection<? extends Deferred<? extends T>> deferreds, Option... options) {
		this.members = List.copyOf(deferreds);
		if (this.members.isEmpty()) {
			fire(List.of());
			return;
		}
		Set<Option> chosen = setOf(options);
		boolean fireOnOneErrback = chosen.contains(Option.FIRE_ON_ONE_ERRBACK);
		Gathering<Result<T>> gathering = new Gathering<>(this.members.size());
		observe(this.members, chosen.contains(Option.CONSUME_ERRORS), (index, value, failure) -> {
			Result<T> result = new Result<>(failure == null, value, failure);
			if (failure != null && fireOnOneErrback && !isCalled()) {
				tryFire(new Failure(new FirstErrorException(failure, index)));
			}
			List<Result<T>> all = gathering.put(index, result);
			if (all != null) {
				tryFire(all);
			}
		});
	}

	/**
	 * Wait for the first of some Deferreds to succeed; the others go on. If all of them
	 * fail this fails with a {@link FailureGroup}.
	 * @param <T> the results of the members
	 * @param deferreds whom to wait for, at least one; otherwise this fails with an
	 * {@link IllegalArgumentException}
	 * @param options how to deal with failures
	 * @return fires with the first result and its index; to cancel it is to cancel every
	 * member
	 */
	public static <T extends @Nullable Object> Deferred<Deferreds.Winner<T>> fireOnOneCallback(
			Collection<? extends Deferred<? extends T>> deferreds, Option... options) {
		List<Deferred<? extends T>> members = List.copyOf(deferreds);
		if (members.isEmpty()) {
			return Deferred.fail(new IllegalArgumentException("None of no Deferreds can be the first to succeed"));
		}
		Set<Option> chosen = setOf(options);
		boolean fireOnOneErrback = chosen.contains(Option.FIRE_ON_ONE_ERRBACK);
		Deferred<Deferreds.Winner<T>> first = new Deferred<>((cancelled) -> cancelAll(members));
		Gathering<Failure> failures = new Gathering<>(members.size());
		observe(members, chosen.contains(Option.CONSUME_ERRORS), (index, value, failure) -> {
			if (failure == null) {
				// Only a failure comes without a value of the type.
				@SuppressWarnings({ "unchecked", "cast" })
				T result = (T) value;
				first.tryFire(new Deferreds.Winner<>(index, result));
				return;
			}
			if (fireOnOneErrback && !first.isCalled()) {
				first.tryFire(new Failure(new FirstErrorException(failure, index)));
			}
			List<Failure> all = failures.put(index, failure);
			if (all != null) {
				first.tryFire(new Failure(new FailureGroup(all)));
			}
		});
		return first;
	}

	@Override
	@Nullable Chain cancelStep() {
		if (isCalled()) {
			return super.cancelStep();
		}
		cancelAll(this.members);
		return null;
	}

	/** Tell how each of some Deferreds ends. */
	static <T extends @Nullable Object> void observe(List<? extends Deferred<? extends T>> members,
			boolean consumeErrors, Observer<T> observer) {
		for (int i = 0; i < members.size(); i++) {
			int index = i;
			members.get(i).add(new Link.Both((value, failure) -> {
				@SuppressWarnings("unchecked")
				T result = (T) value;
				observer.ended(index, result, failure);
				return (failure != null && !consumeErrors) ? failure : value;
			}));
		}
	}

	static void cancelAll(List<? extends Deferred<?>> members) {
		for (Deferred<?> member : members) {
			try {
				member.cancel();
			}
			catch (RuntimeException | Error ex) {
				logger.error("A canceller failed", ex);
			}
		}
	}

	private static Set<Option> setOf(Option[] options) {
		Set<Option> set = EnumSet.noneOf(Option.class);
		Collections.addAll(set, options);
		return set;
	}

	/**
	 * How a list deals with failures.
	 */
	public enum Option {

		/**
		 * Fail with a {@link FirstErrorException} as soon as one member fails.
		 */
		FIRE_ON_ONE_ERRBACK,

		/**
		 * Members that fail go on with {@code null}, so that their failures are not
		 * logged as unhandled. This matters not for what the list reports.
		 */
		CONSUME_ERRORS

	}

	/**
	 * How one member ended.
	 *
	 * @param <T> the result of the member
	 * @param success whether it ended well
	 * @param value its result, {@code null} if it failed
	 * @param failure its failure, {@code null} if it ended well
	 */
	public record Result<T extends @Nullable Object>(boolean success, @Nullable T value, @Nullable Failure failure) {
	}

	/**
	 * Is told how members end.
	 *
	 * @param <T> the results of the members
	 */
	@FunctionalInterface
	interface Observer<T extends @Nullable Object> {

		void ended(int index, @Nullable T value, @Nullable Failure failure);

	}

	/**
	 * Collects one object for each member.
	 *
	 * @param <E> what is collected
	 */
	static final class Gathering<E> {

		private final @Nullable Object[] gathered;

		private int missing;

		Gathering(int size) {
			this.gathered = new Object[size];
			this.missing = size;
		}

		/**
		 * Put one object in its place.
		 * @param index its place
		 * @param element the object
		 * @return all of them if this was the last, {@code null} if some are missing
		 */
		@SuppressWarnings("unchecked")
		synchronized @Nullable List<E> put(int index, E element) {
			this.gathered[index] = element;
			if (--this.missing > 0) {
				return null;
			}
			return Collections.unmodifiableList((List<E>) Arrays.asList(this.gathered));
		}

	}

}
