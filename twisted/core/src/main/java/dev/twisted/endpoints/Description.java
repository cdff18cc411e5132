package dev.twisted.endpoints;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The description of an endpoint, taken apart.
 *
 * @param type what it begins with
 * @param rest what comes after the type, as it was written
 * @param arguments the arguments without names
 * @param named the arguments with names
 */
record Description(String type, String rest, List<String> arguments, Map<String, String> named) {

	static Description parse(String text) {
		return new Reader(text).read();
	}

	/**
	 * Reads a description from its beginning to its end.
	 */
	private static final class Reader {

		private final String text;

		private final List<String> arguments = new ArrayList<>();

		private final Map<String, String> named = new LinkedHashMap<>();

		private int rest = -1;

		Reader(String text) {
			this.text = text;
		}

		Description read() {
			String name = null;
			StringBuilder value = new StringBuilder();
			for (int i = 0; i < this.text.length(); i++) {
				char c = this.text.charAt(i);
				if (c == ':') {
					add(name, value.toString(), i);
					name = null;
					value.setLength(0);
				}
				else if (c == '=' && name == null) {
					name = value.toString();
					value.setLength(0);
				}
				else if (c == '\\') {
					if (++i == this.text.length()) {
						throw new IllegalArgumentException(
								"'%s' ends with a backslash that has nothing to escape".formatted(this.text));
					}
					value.append(this.text.charAt(i));
				}
				else {
					value.append(c);
				}
			}
			add(name, value.toString(), this.text.length() - 1);
			if (this.arguments.isEmpty() || this.arguments.get(0).isEmpty() || this.rest < 0) {
				throw new IllegalArgumentException(
						"'%s' does not begin with the type of an endpoint and a colon".formatted(this.text));
			}
			return new Description(this.arguments.get(0), this.text.substring(this.rest),
					List.copyOf(this.arguments.subList(1, this.arguments.size())),
					Collections.unmodifiableMap(this.named));
		}

		private void add(@Nullable String name, String value, int end) {
			if (name == null) {
				this.arguments.add(value);
			}
			else if (this.named.put(name, value) != null) {
				throw new IllegalArgumentException("'%s' has '%s' twice".formatted(this.text, name));
			}
			if (this.rest < 0 && end < this.text.length()) {
				this.rest = end + 1;
			}
		}

	}

}
