package dev.twisted.defer;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What went wrong, as it comes down the error side of a {@link Deferred}: an exception
 * together with the questions one asks of it. Follows {@code twisted.python.failure}.
 * <p>
 * Exceptions are told apart by the <em>names</em> of their classes. A failure that came
 * from another process overrides {@link #parents()} and can then be matched although its
 * class does not exist here.
 * <p>
 * An exception is taken as it is: the cause of an
 * {@link java.util.concurrent.ExecutionException} or
 * {@link java.util.concurrent.CompletionException} is not unwrapped. A failure never
 * changes and may be shared between threads.
 */
public class Failure implements Serializable {

	private static final long serialVersionUID = 1L;

	private final Throwable value;

	/**
	 * Make a failure.
	 * @param value what was thrown
	 */
	public Failure(Throwable value) {
		if (value == null) {
			throw new IllegalArgumentException("A Failure needs an exception, not null");
		}
		this.value = value;
	}

	/**
	 * What was thrown.
	 * @return the exception
	 */
	public final Throwable value() {
		return this.value;
	}

	/**
	 * The class of what was thrown.
	 * @return the class of {@link #value()}
	 */
	public Class<? extends Throwable> type() {
		return this.value.getClass();
	}

	/**
	 * The names that {@link #check} and {@link #trap} compare with.
	 * @return the qualified names of the exception's class and of all its superclasses,
	 * the most special first
	 */
	public List<String> parents() {
		List<String> names = new ArrayList<>();
		for (Class<?> type = this.value.getClass(); type != null; type = type.getSuperclass()) {
			names.add(type.getName());
		}
		return Collections.unmodifiableList(names);
	}

	/**
	 * The qualified name of the exception's class, as it is shown to people.
	 * @return the first of {@link #parents()}
	 */
	String typeName() {
		List<String> names = parents();
		return names.isEmpty() ? type().getName() : names.get(0);
	}

	/**
	 * Whether this failure is of one of some types.
	 * @param types classes of exceptions
	 * @return the first that this failure is an instance of, by name; {@code null} if it
	 * is of none
	 */
	@SafeVarargs
	public final @Nullable Class<? extends Throwable> check(Class<? extends Throwable>... types) {
		List<String> names = parents();
		for (Class<? extends Throwable> type : types) {
			if (names.contains(type.getName())) {
				return type;
			}
		}
		return null;
	}

	/**
	 * Whether this failure is of one of some types.
	 * @param types qualified names of classes of exceptions
	 * @return the first that this failure is an instance of; {@code null} if it is of
	 * none
	 */
	public final @Nullable String check(String... types) {
		List<String> names = parents();
		for (String type : types) {
			if (names.contains(type)) {
				return type;
			}
		}
		return null;
	}

	/**
	 * Take only some types: let an errback deal with those and leave the rest to the next
	 * one.
	 * @param types classes of exceptions
	 * @return the first that this failure is an instance of, by name
	 * @throws Exception the original exception if it is of none
	 */
	@SafeVarargs
	public final Class<? extends Throwable> trap(Class<? extends Throwable>... types) throws Exception {
		Class<? extends Throwable> match = check(types);
		return (match != null) ? match : raiseException();
	}

	/**
	 * Take only some types: let an errback deal with those and leave the rest to the next
	 * one.
	 * @param types qualified names of classes of exceptions
	 * @return the first that this failure is an instance of
	 * @throws Exception the original exception if it is of none
	 */
	public final String trap(String... types) throws Exception {
		String match = check(types);
		return (match != null) ? match : raiseException();
	}

	/**
	 * Throw the original exception, with its original stack. It never returns; the result
	 * is there so that an errback may end in {@code return failure.raiseException();}.
	 * @param <R> whatever the place of the call asks for
	 * @return never
	 * @throws Exception the original exception; an {@link Error} is thrown as it is
	 */
	public <R extends @Nullable Object> R raiseException() throws Exception {
		throw Failure.<Exception>unchecked(this.value);
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> X unchecked(Throwable value) throws X {
		throw (X) value;
	}

	/**
	 * What the exception says.
	 * @return its message, empty if it has none
	 */
	public String getErrorMessage() {
		return messageOf(this.value);
	}

	/**
	 * The whole story: the calls that led to the exception, the outermost first, each
	 * cause before what it caused.
	 * @return several lines, the last of which is the type and the message
	 */
	public String getTraceback() {
		Deque<Throwable> causes = new ArrayDeque<>();
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		for (Throwable cause = this.value; cause != null && seen.add(cause); cause = cause.getCause()) {
			causes.push(cause);
		}
		StringBuilder text = new StringBuilder();
		for (Throwable cause : causes) {
			text.append("Traceback (most recent call last):\n");
			StackTraceElement[] frames = cause.getStackTrace();
			for (int i = frames.length - 1; i >= 0; i--) {
				text.append("  at ").append(frames[i]).append('\n');
			}
			boolean last = (cause == this.value);
			text.append(describe(last ? typeName() : cause.getClass().getName(),
					last ? getErrorMessage() : messageOf(cause)));
			if (!last) {
				text.append("\n\nThat was the cause of:\n\n");
			}
		}
		return text.toString();
	}

	/**
	 * The story in short: the type and the message, then the calls that led to it, the
	 * innermost first.
	 * @return several lines, the first of which is {@code Traceback: <type>: <message>}
	 */
	public String getBriefTraceback() {
		StringBuilder text = new StringBuilder("Traceback: ").append(describe(typeName(), getErrorMessage()));
		for (StackTraceElement frame : this.value.getStackTrace()) {
			text.append("\n  at ").append(frame);
		}
		return text.toString();
	}

	/**
	 * Write the {@link #getTraceback() whole story} and a line end.
	 * @param out where to write it
	 * @throws UncheckedIOException if it could not be written
	 */
	public void printTraceback(Appendable out) {
		try {
			out.append(getTraceback()).append('\n');
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder("[Failure instance: Traceback: ");
		text.append(describe(typeName(), getErrorMessage()));
		StackTraceElement[] frames = this.value.getStackTrace();
		if (frames.length > 0) {
			text.append(" at ").append(frames[0]);
		}
		return text.append(']').toString();
	}

	private static String describe(String type, String message) {
		return message.isEmpty() ? type : type + ": " + message;
	}

	/** An exception whose message cannot be had must not hide what went wrong. */
	private static String messageOf(Throwable value) {
		try {
			String message = value.getMessage();
			return (message != null) ? message : "";
		}
		catch (RuntimeException ex) {
			return "<no message: getMessage() threw " + ex.getClass().getName() + ">";
		}
	}

}
