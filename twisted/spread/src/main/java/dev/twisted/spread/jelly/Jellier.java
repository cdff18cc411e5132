package dev.twisted.spread.jelly;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.twisted.spread.banana.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Writes objects as expressions: one of these for one message. For one thread.
 * <p>
 * An object that occurs twice is written once and referred to afterwards, as in Twisted.
 * One that cannot be written is an error here; Twisted sends a substitute and says
 * nothing.
 */
public final class Jellier {

	private static final List<Object> NONE = List.of(Atoms.NONE);

	private static final List<Object> TRUE = List.of(Atoms.BOOLEAN, Atoms.TRUE);

	private static final List<Object> FALSE = List.of(Atoms.BOOLEAN, Atoms.FALSE);

	/** What Twisted makes of it. */
	private static final List<Object> UNPERSISTABLE = List.of(Atoms.UNPERSISTABLE,
			"instance of class twisted.spread.jelly.Unpersistable deemed insecure");

	/** Shared by those who have never met, so that being the same means nothing. */
	private static final Set<Object> SHARED_BY_ALL = Collections.newSetFromMap(new IdentityHashMap<>());

	static {
		SHARED_BY_ALL.addAll(Arrays.asList(List.of(), Set.of(), Map.of(), Collections.EMPTY_LIST, Collections.EMPTY_SET,
				Collections.EMPTY_MAP));
	}

	private final SecurityOptions security;

	private final @Nullable Object invoker;

	private final int maxDepth;

	private int depth;

	private int references;

	private @Nullable IdentityHashMap<Object, Seen> seen;

	/**
	 * Make a jellier.
	 * @param security which records there are
	 * @param invoker on whose behalf, {@code null} for nobody
	 * @param maxDepth how deep expressions may be nested
	 */
	public Jellier(SecurityOptions security, @Nullable Object invoker, int maxDepth) {
		this.security = security;
		this.invoker = invoker;
		this.maxDepth = maxDepth;
	}

	/**
	 * On whose behalf this is.
	 * @param <T> the type of it
	 * @param type what it must be
	 * @return the invoker
	 * @throws JellyException if it is no such thing
	 */
	public <T> T invoker(Class<T> type) throws JellyException {
		if (!type.isInstance(this.invoker)) {
			throw new JellyException("This object can be written only for a " + type.getSimpleName());
		}
		return type.cast(this.invoker);
	}

	/**
	 * Write an object.
	 * @param value the object
	 * @return the expression
	 * @throws JellyException if it cannot be written
	 */
	public Object jelly(@Nullable Object value) throws JellyException {
		if (value instanceof String text) {
			return List.of(Atoms.UNICODE, text);
		}
		if (value instanceof Integer || value instanceof Long || value instanceof Double || value instanceof BigInteger
				|| value instanceof Bytes) {
			return value;
		}
		if (value == null) {
			return NONE;
		}
		if (value instanceof Boolean truth) {
			return truth ? TRUE : FALSE;
		}
		if (value instanceof byte[] bytes) {
			return Bytes.of(bytes.clone());
		}
		if (value instanceof Unpersistable) {
			return UNPERSISTABLE;
		}
		if (value instanceof Number number) {
			return jellyNumber(number);
		}
		Object time = jellyTime(value);
		return (time != null) ? time : jellyStructure(value);
	}

	/**
	 * Write things one after the other.
	 * @param type the name of the type, which comes first
	 * @param values what follows
	 * @return the expression
	 * @throws JellyException if one cannot be written
	 */
	List<Object> jellyAll(Bytes type, Iterable<? extends @Nullable Object> values) throws JellyException {
		List<Object> sexp = new ArrayList<>();
		sexp.add(type);
		for (Object value : values) {
			sexp.add(jelly(value));
		}
		return sexp;
	}

	/**
	 * Write arguments by position. They are no object that may be met again.
	 * @param values the arguments
	 * @return the expression
	 * @throws JellyException if one cannot be written
	 */
	public Object jellyArguments(@Nullable Object... values) throws JellyException {
		return jellyAll(Atoms.TUPLE, Arrays.asList(values));
	}

	/**
	 * Write arguments by name. They are no object that may be met again.
	 * @param values the arguments
	 * @return the expression
	 * @throws JellyException if one cannot be written
	 */
	public Object jellyKeywords(Map<?, ? extends @Nullable Object> values) throws JellyException {
		List<Object> sexp = new ArrayList<>(values.size() + 1);
		sexp.add(Atoms.DICTIONARY);
		for (Map.Entry<?, ? extends @Nullable Object> entry : values.entrySet()) {
			sexp.add(List.of(jelly(entry.getKey()), jelly(entry.getValue())));
		}
		return sexp;
	}

	/**
	 * Write an object that may occur again, or contain itself.
	 * @param value the object
	 * @param writer writes it when it occurs for the first time
	 * @return the expression
	 * @throws JellyException if it cannot be written
	 */
	public Object jellyOnce(Object value, Writer writer) throws JellyException {
		IdentityHashMap<Object, Seen> known = this.seen;
		if (known == null) {
			known = new IdentityHashMap<>();
			this.seen = known;
		}
		Seen before = known.get(value);
		if (before != null) {
			if (before.id == 0) {
				before.refer(++this.references);
			}
			return List.of(Atoms.DEREFERENCE, before.id);
		}
		Seen entry = new Seen();
		if (!SHARED_BY_ALL.contains(value)) {
			known.put(value, entry);
		}
		if (++this.depth > this.maxDepth) {
			throw new JellyException("Objects are nested more than %d deep".formatted(this.maxDepth));
		}
		entry.sexp = writer.write();
		this.depth--;
		if (entry.id != 0) {
			entry.sexp = new ArrayList<>(List.of(Atoms.REFERENCE, entry.id, entry.sexp));
		}
		return entry.sexp;
	}

	private Object jellyNumber(Number number) throws JellyException {
		if (number instanceof BigDecimal decimal) {
			return List.of(Atoms.DECIMAL, decimal.unscaledValue(), -(long) decimal.scale());
		}
		if (number instanceof Float real) {
			return (double) real;
		}
		if (number instanceof Short || number instanceof Byte) {
			return number.intValue();
		}
		throw unknown(number);
	}

	private static @Nullable Object jellyTime(Object value) throws JellyException {
		if (value instanceof LocalDateTime time) {
			return Times.jelly(time);
		}
		if (value instanceof LocalDate date) {
			return Times.jelly(date);
		}
		if (value instanceof LocalTime time) {
			return Times.jelly(time);
		}
		return (value instanceof Duration duration) ? Times.jelly(duration) : null;
	}

	private Object jellyStructure(Object value) throws JellyException {
		if (value instanceof Jellyable jellyable) {
			return jellyable.jellyFor(this);
		}
		if (value instanceof Map<?, ?> map) {
			return jellyOnce(map, () -> asList(jellyKeywords(map)));
		}
		Bytes type = collection(value);
		if (type != null) {
			return jellyOnce(value, () -> jellyAll(type, (Iterable<?>) value));
		}
		if (value instanceof Object[] array) {
			return jellyOnce(array, () -> jellyAll(Atoms.LIST, Arrays.asList(array)));
		}
		RecordType<?> record = this.security.record(value.getClass());
		if (record != null) {
			return jellyOnce(value, () -> asList(List.of(record.name(), jelly(record.state(value)))));
		}
		if (value instanceof Character character) {
			return jelly(character.toString());
		}
		throw unknown(value);
	}

	private static List<Object> asList(Object sexp) {
		return new ArrayList<>((List<?>) sexp);
	}

	private static @Nullable Bytes collection(Object value) {
		if (value instanceof Tuple) {
			return Atoms.TUPLE;
		}
		if (value instanceof List) {
			return Atoms.LIST;
		}
		if (value instanceof FrozenSet) {
			return Atoms.FROZENSET;
		}
		if (value instanceof Set) {
			return Atoms.SET;
		}
		return (value instanceof Collection) ? Atoms.LIST : null;
	}

	private static JellyException unknown(Object value) {
		return new JellyException(
				"A %s cannot be sent: it is no type of Python's, no reference and no record that is registered with SecurityOptions"
					.formatted(value.getClass().getTypeName()));
	}

	/**
	 * Writes one object.
	 */
	@FunctionalInterface
	public interface Writer {

		/**
		 * Write it.
		 * @return the expression, a list that may be changed
		 * @throws JellyException if it cannot be written
		 */
		List<Object> write() throws JellyException;

	}

	/** An object that has occurred. */
	private static final class Seen {

		/** What it was written as, once it is complete. */
		private @Nullable List<Object> sexp;

		/** By what it is referred to, 0 for nothing. */
		private int id;

		/** Whoever has got the expression must find the reference in it. */
		void refer(int id) {
			this.id = id;
			List<Object> complete = this.sexp;
			if (complete != null) {
				List<Object> inner = new ArrayList<>(complete);
				complete.clear();
				complete.addAll(List.of(Atoms.REFERENCE, id, inner));
			}
		}

	}

}
