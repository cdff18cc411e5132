package dev.twisted.spread.jelly;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.twisted.spread.banana.BananaException;
import dev.twisted.spread.banana.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects of expressions: one of these for one message. For one thread. It makes
 * what {@link dev.twisted.spread.jelly the table} says and what is registered, nothing
 * else.
 */
public final class Unjellier {

	private static final Map<Bytes, Unjellyable> TYPES = new HashMap<>();

	private static final int MAX_EXPONENT = 999_999;

	/** In so small a map or set it does not matter which hashes the keys have. */
	private static final int FEW_KEYS = 16;

	static {
		TYPES.put(Atoms.UNICODE, (unjellier, jelly) -> text(jelly));
		TYPES.put(Atoms.NONE, (unjellier, jelly) -> null);
		TYPES.put(Atoms.BOOLEAN, (unjellier, jelly) -> truth(jelly));
		TYPES.put(Atoms.LIST, Unjellier::list);
		TYPES.put(Atoms.TUPLE, Unjellier::tuple);
		TYPES.put(Atoms.DICTIONARY, Unjellier::dictionary);
		TYPES.put(Atoms.SET, Unjellier::set);
		TYPES.put(Atoms.FROZENSET, Unjellier::set);
		TYPES.put(Atoms.DECIMAL, (unjellier, jelly) -> decimal(jelly));
		for (Bytes time : List.of(Atoms.DATETIME, Atoms.DATE, Atoms.TIME, Atoms.TIMEDELTA)) {
			TYPES.put(time, (unjellier, jelly) -> Times.unjelly(time, jelly));
		}
		TYPES.put(Atoms.REFERENCE, Unjellier::reference);
		TYPES.put(Atoms.DEREFERENCE, Unjellier::dereference);
		TYPES.put(Atoms.UNPERSISTABLE, (unjellier, jelly) -> unpersistable(jelly));
		TYPES.put(Atoms.PERSISTENT, (unjellier, jelly) -> new Unpersistable("Persistent callback not found"));
	}

	private final SecurityOptions security;

	private final Map<Bytes, Unjellyable> ownTypes;

	private final @Nullable Object invoker;

	private final Map<Object, @Nullable Object> references = new HashMap<>(0);

	/** References whose objects have not been read to their end. */
	private final Set<Object> unfinished = new HashSet<>(0);

	private @Nullable KeyBudget keys;

	/** The reference that the object stands behind which is about to be read. */
	private @Nullable Object awaited;

	/** How many keys and elements of sets are being read, one inside the other. */
	private int insideKey;

	/**
	 * Make an unjellier.
	 * @param security what may come in
	 * @param ownTypes what may come in besides, as the invoker knows best
	 * @param invoker on whose behalf, {@code null} for nobody
	 */
	public Unjellier(SecurityOptions security, Map<Bytes, Unjellyable> ownTypes, @Nullable Object invoker) {
		this.security = security;
		this.ownTypes = ownTypes;
		this.invoker = invoker;
	}

	/** Whether everybody knows a type. */
	static boolean knows(Bytes type) {
		return TYPES.containsKey(type);
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
			throw new JellyException("This object can be read only for a " + type.getSimpleName());
		}
		return type.cast(this.invoker);
	}

	/**
	 * Make an object.
	 * @param sexp the expression
	 * @return the object
	 * @throws JellyException if it is none, or insecure
	 */
	public @Nullable Object unjelly(Object sexp) throws JellyException {
		this.awaited = null;
		return read(sexp);
	}

	/**
	 * Make the state of an object, of the jelly that has its name first and its state
	 * last.
	 * @param jelly the expression
	 * @return the attributes by their names
	 * @throws JellyException if it is no such thing
	 */
	public Map<String, @Nullable Object> unjellyState(List<?> jelly) throws JellyException {
		Object state = (jelly.size() > 1) ? unjelly(jelly.get(jelly.size() - 1)) : null;
		if (!(state instanceof Map<?, ?> map)) {
			throw new JellyException("The state of %s is no dictionary".formatted(jelly.get(0)));
		}
		return named(map);
	}

	/**
	 * Names may have come as text or as bytes.
	 * @param map what came in
	 * @return the same with text as keys
	 * @throws JellyException if a key is neither
	 */
	public static Map<String, @Nullable Object> named(Map<?, ?> map) throws JellyException {
		Map<String, @Nullable Object> named = new LinkedHashMap<>();
		for (Map.Entry<?, ?> entry : map.entrySet()) {
			if (entry.getKey() instanceof String name) {
				named.put(name, entry.getValue());
			}
			else if (entry.getKey() instanceof Bytes name) {
				named.put(decode(name), entry.getValue());
			}
			else {
				throw new JellyException("A name is neither text nor bytes");
			}
		}
		return named;
	}

	/**
	 * Say which object is being read, so that it may be found inside itself.
	 * @param object the object, before any of its content is read
	 */
	public void begin(Object object) {
		Object id = this.awaited;
		if (id != null) {
			this.references.put(id, object);
			this.unfinished.add(id);
			this.awaited = null;
		}
	}

	private @Nullable Object read(Object sexp) throws JellyException {
		if (sexp instanceof Bytes bytes) {
			return (this.insideKey > 0) ? bytes : bytes.toByteArray();
		}
		if (sexp instanceof Number || !(sexp instanceof List<?> jelly)) {
			return sexp;
		}
		if (jelly.isEmpty() || !(jelly.get(0) instanceof Bytes type)) {
			throw new JellyException("A list does not begin with the name of a type");
		}
		Unjellyable reader = TYPES.get(type);
		if (reader == null) {
			reader = this.ownTypes.get(type);
		}
		if (reader == null) {
			reader = this.security.type(type);
		}
		if (reader == null) {
			throw new InsecureJellyException("The type %s is not registered".formatted(type));
		}
		return reader.unjellyFor(this, jelly);
	}

	private static Object element(List<?> jelly, int length) throws JellyException {
		if (jelly.size() != length) {
			throw new JellyException("A %s has %d parts, not %d".formatted(jelly.get(0), length - 1, jelly.size() - 1));
		}
		return jelly.get(1);
	}

	private static String decode(Bytes bytes) throws JellyException {
		try {
			return bytes.decode();
		}
		catch (BananaException ex) {
			throw new JellyException(String.valueOf(ex.getMessage()), ex);
		}
	}

	private static String text(List<?> jelly) throws JellyException {
		if (element(jelly, 2) instanceof Bytes bytes) {
			return decode(bytes);
		}
		throw new JellyException("Text is no string");
	}

	private static Boolean truth(List<?> jelly) throws JellyException {
		Object value = element(jelly, 2);
		if (Atoms.TRUE.equals(value)) {
			return true;
		}
		if (Atoms.FALSE.equals(value)) {
			return false;
		}
		throw new JellyException("A boolean is neither true nor false");
	}

	private static Object unpersistable(List<?> jelly) throws JellyException {
		return new Unpersistable((element(jelly, 2) instanceof Bytes reason) ? decode(reason) : "");
	}

	private static BigDecimal decimal(List<?> jelly) throws JellyException {
		Object value = element(jelly, 3);
		if (jelly.get(2) instanceof Integer exponent && Math.abs((long) exponent) <= MAX_EXPONENT) {
			if (value instanceof BigInteger unscaled) {
				return new BigDecimal(unscaled, -exponent);
			}
			if (value instanceof Integer || value instanceof Long) {
				return BigDecimal.valueOf(((Number) value).longValue(), -exponent);
			}
		}
		throw new JellyException("A decimal is not two numbers, or has too large an exponent");
	}

	private List<@Nullable Object> list(List<?> jelly) throws JellyException {
		List<@Nullable Object> list = new ArrayList<>(jelly.size() - 1);
		begin(list);
		for (int i = 1; i < jelly.size(); i++) {
			list.add(unjelly(jelly.get(i)));
		}
		return list;
	}

	private Tuple tuple(List<?> jelly) throws JellyException {
		@Nullable Object[] elements = new @Nullable Object[jelly.size() - 1];
		Tuple tuple = new Tuple(elements);
		begin(tuple);
		for (int i = 0; i < elements.length; i++) {
			elements[i] = unjelly(jelly.get(i + 1));
		}
		return tuple;
	}

	private Map<@Nullable Object, @Nullable Object> dictionary(List<?> jelly) throws JellyException {
		Map<@Nullable Object, @Nullable Object> dictionary = new LinkedHashMap<>();
		begin(dictionary);
		Map<Integer, Integer> hashes = hashes(jelly);
		for (int i = 1; i < jelly.size(); i++) {
			if (!(jelly.get(i) instanceof List<?> pair) || pair.size() != 2) {
				throw new JellyException("A dictionary does not consist of pairs");
			}
			Object key = key(pair.get(0), hashes);
			dictionary.put(key, unjelly(pair.get(1)));
		}
		return dictionary;
	}

	private Set<@Nullable Object> set(List<?> jelly) throws JellyException {
		LinkedHashSet<@Nullable Object> elements = new LinkedHashSet<>();
		Set<@Nullable Object> set = Atoms.SET.equals(jelly.get(0)) ? elements : new FrozenSet(elements);
		begin(set);
		Map<Integer, Integer> hashes = hashes(jelly);
		for (int i = 1; i < jelly.size(); i++) {
			elements.add(key(jelly.get(i), hashes));
		}
		return set;
	}

	private static @Nullable Map<Integer, Integer> hashes(List<?> jelly) {
		return (jelly.size() > FEW_KEYS) ? new HashMap<>() : null;
	}

	private @Nullable Object key(Object sexp, @Nullable Map<Integer, Integer> hashes) throws JellyException {
		KeyBudget budget = this.keys;
		if (budget == null) {
			budget = new KeyBudget(this.security);
			this.keys = budget;
		}
		this.insideKey++;
		Object key = unjelly(sexp);
		this.insideKey--;
		budget.spend(key, hashes);
		return key;
	}

	private @Nullable Object reference(List<?> jelly) throws JellyException {
		Object id = element(jelly, 3);
		if (!(id instanceof Integer) || this.references.containsKey(id)) {
			throw new JellyException("A reference has no number, or one that is taken");
		}
		this.awaited = id;
		Object value = read(jelly.get(2));
		this.awaited = null;
		if (this.references.containsKey(id) && this.references.get(id) != value) {
			throw new JellyException("A reference refers to two objects");
		}
		this.references.put(id, value);
		this.unfinished.remove(id);
		return value;
	}

	private @Nullable Object dereference(List<?> jelly) throws JellyException {
		Object id = element(jelly, 2);
		if (!this.references.containsKey(id)) {
			throw new JellyException("There is no reference %s".formatted(id));
		}
		if (this.insideKey > 0 && this.unfinished.contains(id)) {
			throw new JellyException("A key contains something that contains the key");
		}
		return this.references.get(id);
	}

}
