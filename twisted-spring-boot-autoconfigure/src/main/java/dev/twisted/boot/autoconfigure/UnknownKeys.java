package dev.twisted.boot.autoconfigure;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.env.Environment;

/**
 * Finds the keys of servers and clients that mean nothing, so that a mistyped one does
 * not silently leave off what it was to turn on. Environment variables and system
 * properties are not looked at: others may have put them there.
 */
final class UnknownKeys extends NoUnboundElementsBindHandler {

	private final Set<ConfigurationPropertyName> known = new LinkedHashSet<>();

	private UnknownKeys() {
		super(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
	}

	/**
	 * Check all that is configured by name below a key.
	 * @param environment what is configured
	 * @param prefix the key, of which the names are the next element
	 * @param type what is behind each name
	 * @throws FailureAnalyzedException if there are keys that mean nothing
	 */
	static void check(Environment environment, String prefix, Class<?> type) {
		UnknownKeys keys = new UnknownKeys();
		try {
			Binder.get(environment).bind(prefix, Bindable.mapOf(String.class, type), keys);
		}
		catch (BindException ex) {
			if (ex.getCause() instanceof UnboundConfigurationPropertiesException unknown) {
				throw keys.analyzed(unknown);
			}
			throw ex;
		}
	}

	@Override
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		this.known.add(name);
		return super.onStart(name, target, context);
	}

	private FailureAnalyzedException analyzed(UnboundConfigurationPropertiesException ex) {
		List<ConfigurationProperty> unknown = ex.getUnboundProperties()
			.stream()
			.sorted(Comparator.comparing(ConfigurationProperty::getName))
			.toList();
		String description = unknown.stream()
			.map((property) -> "There is no key %s%s.".formatted(property.getName(),
					(property.getOrigin() != null) ? " (%s)".formatted(property.getOrigin()) : ""))
			.collect(Collectors.joining(" "));
		String action = unknown.stream()
			.map(ConfigurationProperty::getName)
			.map((name) -> nearest(name)
				.map((nearest) -> "Did you mean %s? Correct %s, or remove it.".formatted(nearest, name))
				.orElse("Remove %s.".formatted(name)))
			.collect(Collectors.joining(" "));
		return new FailureAnalyzedException(description, action, ex);
	}

	/** What its first unknown element may have been meant to be, with what follows it. */
	private Optional<String> nearest(ConfigurationPropertyName name) {
		int depth = name.getNumberOfElements() - 1;
		while (depth > 0 && !this.known.contains(name.chop(depth))) {
			depth--;
		}
		ConfigurationPropertyName parent = name.chop(depth);
		ConfigurationPropertyName wrong = name.chop(depth + 1);
		String written = wrong.getLastElement(Form.DASHED);
		String rest = name.toString().substring(wrong.toString().length());
		return this.known.stream()
			.filter(parent::isParentOf)
			.map((sibling) -> sibling.getLastElement(Form.DASHED))
			.filter((sibling) -> distance(written, sibling) <= Math.max(2, written.length() / 3))
			.min(Comparator.comparingInt((sibling) -> distance(written, sibling)))
			.map((sibling) -> parent.append(sibling) + rest);
	}

	/** How many letters have to be put in, left out or changed. */
	private static int distance(String one, String other) {
		int[] row = new int[other.length() + 1];
		for (int j = 0; j < row.length; j++) {
			row[j] = j;
		}
		for (int i = 1; i <= one.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j < row.length; j++) {
				int change = diagonal + ((one.charAt(i - 1) == other.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
			}
		}
		return row[other.length()];
	}

}
