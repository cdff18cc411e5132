package dev.twisted.spread.pb;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bytes that were recorded between a client and a server of the real Twisted 22.4.
 */
final class Session {

	private Session() {
	}

	/** The steps by their names: lines that begin with who sent the bytes. */
	static Map<String, List<String>> steps() {
		Map<String, List<String>> steps = new LinkedHashMap<>();
		List<String> step = new ArrayList<>();
		for (String line : lines("session.txt")) {
			if (line.startsWith("# ")) {
				step = new ArrayList<>();
				steps.put(line.substring(2), step);
			}
			else {
				step.add(line);
			}
		}
		return steps;
	}

	/** What the values are and how they are written. */
	static Map<String, String> values() {
		Map<String, String> values = new LinkedHashMap<>();
		for (String line : lines("values.txt")) {
			int separator = line.lastIndexOf(" = ");
			values.put(line.substring(0, separator), line.substring(separator + 3));
		}
		return values;
	}

	private static List<String> lines(String name) {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(Session.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
			return reader.lines().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
