package dev.twisted.web;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Header fields of a request or a response: names without regard to case, each with its
 * values in their order. Follows Twisted's {@code Headers}, and refuses what could be
 * taken for the end of a field instead of changing it.
 * <p>
 * Not for use by several threads at once.
 */
public final class Headers {

	private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

	private final Map<String, Field> fields = new LinkedHashMap<>();

	/**
	 * Make headers without any field.
	 */
	public Headers() {
	}

	/**
	 * Make headers of some fields.
	 * @param fields names and their values
	 */
	public Headers(Map<String, ? extends List<String>> fields) {
		fields.forEach(this::setRawHeaders);
	}

	/**
	 * Add a value to those of a field.
	 * @param name the field
	 * @param value the value
	 * @return this
	 * @throws IllegalArgumentException if one of them cannot stand in a header
	 */
	public Headers addRawHeader(String name, String value) {
		field(name).values.add(checked(name, value));
		return this;
	}

	/**
	 * Set the values of a field, in the place of those that it has.
	 * @param name the field
	 * @param values the values
	 * @return this
	 * @throws IllegalArgumentException if one of them cannot stand in a header
	 */
	public Headers setRawHeaders(String name, List<String> values) {
		values.forEach((value) -> checked(name, value));
		Field field = field(name);
		field.values.clear();
		field.values.addAll(values);
		return this;
	}

	/**
	 * Set the one value of a field, in the place of those that it has.
	 * @param name the field
	 * @param value the value
	 * @return this
	 * @throws IllegalArgumentException if one of them cannot stand in a header
	 */
	public Headers setRawHeader(String name, String value) {
		return setRawHeaders(name, List.of(value));
	}

	/**
	 * The values of a field.
	 * @param name the field
	 * @return its values, none if it is not there
	 */
	public List<String> getRawHeaders(String name) {
		Field field = this.fields.get(key(name));
		return (field != null) ? List.copyOf(field.values) : List.of();
	}

	/**
	 * The last value of a field.
	 * @param name the field
	 * @return its last value, {@code null} if it has none
	 */
	public @Nullable String getRawHeader(String name) {
		List<String> values = getRawHeaders(name);
		return values.isEmpty() ? null : values.get(values.size() - 1);
	}

	/**
	 * Whether a field is there.
	 * @param name the field
	 * @return true if it is
	 */
	public boolean hasHeader(String name) {
		return this.fields.containsKey(key(name));
	}

	/**
	 * Remove a field with all its values.
	 * @param name the field, which need not be there
	 * @return this
	 */
	public Headers removeHeader(String name) {
		this.fields.remove(key(name));
		return this;
	}

	/**
	 * All fields, their names as they were first given.
	 * @return names and values, a copy
	 */
	public Map<String, List<String>> getAllRawHeaders() {
		Map<String, List<String>> all = new LinkedHashMap<>();
		this.fields.values().forEach((field) -> all.put(field.name, List.copyOf(field.values)));
		return all;
	}

	/**
	 * The same fields, to be changed by somebody else.
	 * @return a copy
	 */
	public Headers copy() {
		return new Headers(getAllRawHeaders());
	}

	private Field field(String name) {
		Field known = this.fields.get(key(name));
		if (known != null) {
			return known;
		}
		if (name.isEmpty() || !name.chars().allMatch(Headers::isToken)) {
			throw new IllegalArgumentException("'%s' cannot be the name of a header".formatted(printable(name)));
		}
		Field added = new Field(name, new ArrayList<>(1));
		this.fields.put(key(name), added);
		return added;
	}

	private static String checked(String name, String value) {
		if (!value.chars().allMatch((c) -> c == '\t' || (c >= ' ' && c != 0x7f && c <= 0xff))) {
			throw new IllegalArgumentException("The header %s cannot be '%s': only printable characters of ISO 8859-1 "
				.formatted(printable(name), printable(value)) + "can stand in it");
		}
		return value;
	}

	private static boolean isToken(int c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
				|| TOKEN_MARKS.indexOf(c) >= 0;
	}

	private static String printable(String text) {
		return text.replaceAll("\\p{Cntrl}", "?");
	}

	private static String key(String name) {
		return name.toLowerCase(Locale.ROOT);
	}

	/** Without values: those of cookies and credentials are nobody else's business. */
	@Override
	public String toString() {
		return "Headers" + getAllRawHeaders().keySet();
	}

	private record Field(String name, List<String> values) {
	}

}
