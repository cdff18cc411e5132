package dev.twisted.endpoints;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The arguments of a description, by the names that its type has for them.
 */
final class Arguments {

	private final String type;

	private final Map<String, String> values;

	private Arguments(String type, Map<String, String> values) {
		this.type = type;
		this.values = values;
	}

	/**
	 * Name the arguments without names by their place, as Python does.
	 * @param description what they come from
	 * @param names what the type has, in its order
	 * @return the arguments
	 */
	static Arguments byPlace(Description description, String... names) {
		return bind(description, List.of(names), List.of(names));
	}

	/**
	 * Name the arguments without names by their place among those that are not named.
	 * @param description what they come from
	 * @param names what the type has, in its order
	 * @return the arguments
	 */
	static Arguments byGap(Description description, String... names) {
		List<String> free = new ArrayList<>(Arrays.asList(names));
		free.removeAll(description.named().keySet());
		return bind(description, free, List.of(names));
	}

	private static Arguments bind(Description description, List<String> places, List<String> known) {
		String type = description.type();
		List<String> given = description.arguments();
		// 'stdio:' has one argument, and that is nothing.
		if (known.isEmpty() && given.equals(List.of(""))) {
			given = List.of();
		}
		if (given.size() > places.size()) {
			throw new IllegalArgumentException("%s: '%s' is one argument too many; there are %s".formatted(type,
					given.get(places.size()), known.isEmpty() ? "none" : String.join(", ", known)));
		}
		Map<String, String> values = new LinkedHashMap<>();
		for (int i = 0; i < given.size(); i++) {
			values.put(places.get(i), given.get(i));
		}
		description.named().forEach((name, value) -> {
			if (!known.contains(name)) {
				throw new IllegalArgumentException("%s: there is no argument '%s'; there are %s".formatted(type, name,
						known.isEmpty() ? "none" : String.join(", ", known)));
			}
			if (values.put(name, value) != null) {
				throw new IllegalArgumentException("%s: '%s' is given twice".formatted(type, name));
			}
		});
		return new Arguments(type, values);
	}

	String type() {
		return this.type;
	}

	@Nullable String get(String name) {
		return this.values.get(name);
	}

	String get(String name, String otherwise) {
		String value = this.values.get(name);
		return (value != null) ? value : otherwise;
	}

	String required(String name) {
		String value = this.values.get(name);
		if (value == null || value.isEmpty()) {
			throw new IllegalArgumentException("%s: '%s' is missing".formatted(this.type, name));
		}
		return value;
	}

	int number(String name, int otherwise, int radix) {
		String value = this.values.get(name);
		if (value == null) {
			return otherwise;
		}
		try {
			return Integer.parseInt(value, radix);
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException("%s: '%s' is not a number: '%s'".formatted(this.type, name, value), ex);
		}
	}

	int port(int lowest) {
		required("port");
		int port = number("port", 0, 10);
		if (port < lowest || port > 65535) {
			throw invalid("port", "a port is a number from %d to 65535".formatted(lowest), null);
		}
		return port;
	}

	int backlog(int otherwise) {
		int backlog = number("backlog", otherwise, 10);
		if (backlog < 1) {
			throw invalid("backlog", "there must be at least one", null);
		}
		return backlog;
	}

	boolean flag(String name, boolean otherwise) {
		return number(name, otherwise ? 1 : 0, 10) != 0;
	}

	Duration timeout(Duration otherwise) {
		int seconds = number("timeout", Math.toIntExact(otherwise.toSeconds()), 10);
		if (seconds < 1) {
			throw invalid("timeout", "connecting takes some seconds", null);
		}
		return Duration.ofSeconds(seconds);
	}

	@Nullable InetSocketAddress bindAddress() {
		String address = get("bindAddress", "");
		try {
			return address.isEmpty() ? null : new InetSocketAddress(InetAddress.getByName(address), 0);
		}
		catch (UnknownHostException ex) {
			throw invalid("bindAddress", "that is no address", ex);
		}
	}

	IllegalArgumentException invalid(String name, String reason, @Nullable Exception cause) {
		return new IllegalArgumentException(
				"%s: '%s' cannot be '%s': %s".formatted(this.type, name, get(name, ""), reason), cause);
	}

}
