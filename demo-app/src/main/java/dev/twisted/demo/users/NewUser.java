package dev.twisted.demo.users;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who is to become a user. Its text does not show the password.
 *
 * @param userName the name, which no other user has
 * @param nickName what others see, the name unless it is given
 * @param password the password
 * @param sex a number that is up to the application, zero unless it is given
 */
record NewUser(String userName, String nickName, String password, int sex) {

	private static final int LONGEST_NAME = 50;

	private static final int LONGEST_PASSWORD = 100;

	/**
	 * Read it from JSON.
	 * @throws IllegalArgumentException if something is missing or wrong
	 */
	static NewUser of(@Nullable Map<String, ? extends @Nullable Object> json) {
		if (json == null) {
			throw new IllegalArgumentException("A user must be an object");
		}
		String userName = text(json, "user_name", null, LONGEST_NAME);
		return new NewUser(userName, text(json, "nick_name", userName, LONGEST_NAME),
				text(json, "password", null, LONGEST_PASSWORD), number(json, "sex"));
	}

	private static String text(Map<String, ? extends @Nullable Object> json, String key, @Nullable String otherwise,
			int longest) {
		Object value = json.get(key);
		if (value == null && otherwise != null) {
			return otherwise;
		}
		// Counted as H2 counts them, for which an emoji is two.
		if (!(value instanceof String text) || text.isBlank() || text.length() > longest || !isUnicode(text)) {
			throw new IllegalArgumentException("'%s' must be a text of 1 to %d characters".formatted(key, longest));
		}
		return text;
	}

	/** JSON can have halves of characters, which nobody could ever be told of again. */
	private static boolean isUnicode(String text) {
		return StandardCharsets.UTF_8.newEncoder().canEncode(text);
	}

	private static int number(Map<String, ? extends @Nullable Object> json, String key) {
		Object value = json.get(key);
		if (value == null) {
			return 0;
		}
		if (!(value instanceof Integer number)) {
			throw new IllegalArgumentException("'%s' must be a whole number".formatted(key));
		}
		return number;
	}

	@Override
	public String toString() {
		return this.userName;
	}

}
