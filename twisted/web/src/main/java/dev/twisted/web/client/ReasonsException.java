package dev.twisted.web.client;

import java.util.List;
import java.util.stream.Collectors;

import dev.twisted.defer.Failure;

/**
 * Something went wrong for reasons that are exceptions themselves. Follows the errors of
 * Twisted that have {@code reasons}.
 */
public abstract class ReasonsException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<Failure> reasons;

	/**
	 * Make the exception.
	 * @param message what went wrong
	 * @param reasons why
	 */
	ReasonsException(String message, List<Failure> reasons) {
		super(message + describe(reasons), reasons.isEmpty() ? null : reasons.get(0).value());
		this.reasons = List.copyOf(reasons);
	}

	private static String describe(List<Failure> reasons) {
		return reasons.isEmpty() ? ""
				: ": " + reasons.stream()
					.map((reason) -> reason.type().getSimpleName() + ": " + reason.getErrorMessage())
					.collect(Collectors.joining("; "));
	}

	/**
	 * Why it went wrong.
	 * @return at least one reason, the most important first
	 */
	public List<Failure> reasons() {
		return this.reasons;
	}

}
