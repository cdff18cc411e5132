package dev.twisted.boot.autoconfigure.spread;

import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Function;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Reactor;
import dev.twisted.spread.cred.CredentialsChecker;
import dev.twisted.spread.cred.UnauthorizedLoginException;
import dev.twisted.spread.cred.UsernameHashedPassword;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/**
 * Checks logins against the users of Spring Security.
 * <p>
 * A client of Perspective Broker does not show its password but proves that it knows it,
 * and the proof can only be compared with the password itself, or its plain MD5 hash. So
 * users can log in whose password is stored as <code>{noop}</code> or <code>{MD5}</code>
 * without a salt; others cannot, whatever they type.
 */
final class UserDetailsChecker implements CredentialsChecker<UsernameHashedPassword> {

	private static final Log logger = LogFactory.getLog(UserDetailsChecker.class);

	private static final String PLAIN = "{noop}";

	private static final String MD5 = "{md5}";

	private static final int MD5_DIGITS = 32;

	private final Function<String, Deferred<@Nullable UserDetails>> users;

	private UserDetailsChecker(Function<String, Deferred<@Nullable UserDetails>> users) {
		this.users = users;
	}

	/**
	 * The service may answer on a thread of its own; what follows is for the reactor's.
	 */
	static UserDetailsChecker ofReactive(ReactiveUserDetailsService users, ObjectProvider<Reactor> reactors) {
		return new UserDetailsChecker(
				(name) -> reactors.getObject().<@Nullable UserDetails>deferred(users.findByUsername(name)));
	}

	/** The service may ask a database, and wait for it. */
	static UserDetailsChecker of(UserDetailsService users, ObjectProvider<Reactor> reactors) {
		return new UserDetailsChecker((name) -> reactors.getObject()
			.<@Nullable UserDetails>deferToThread(() -> users.loadUserByUsername(name)));
	}

	@Override
	public Class<UsernameHashedPassword> credentialsType() {
		return UsernameHashedPassword.class;
	}

	@Override
	public Deferred<@Nullable String> requestAvatarId(UsernameHashedPassword credentials) {
		return this.users.apply(credentials.username()).addErrback((failure) -> {
			failure.trap(UsernameNotFoundException.class);
			return null;
		}).addCallback((user) -> {
			if (user == null || !mayLogIn(user) || !matches(user, credentials)) {
				throw new UnauthorizedLoginException();
			}
			return user.getUsername();
		});
	}

	private static boolean mayLogIn(UserDetails user) {
		return user.isEnabled() && user.isAccountNonLocked() && user.isAccountNonExpired()
				&& user.isCredentialsNonExpired();
	}

	private static boolean matches(UserDetails user, UsernameHashedPassword credentials) {
		String stored = user.getPassword();
		if (stored != null && stored.startsWith(PLAIN)) {
			return credentials.checkPassword(stored.substring(PLAIN.length()));
		}
		if (stored != null && stored.toLowerCase(Locale.ROOT).startsWith(MD5)
				&& stored.length() == MD5.length() + MD5_DIGITS) {
			return credentials.checkMD5Password(HexFormat.of().parseHex(stored.substring(MD5.length())));
		}
		logger.warn(
				"The user '%s' cannot log in through Perspective Broker: it needs a password stored as {noop} or {MD5}, without a salt"
					.formatted(user.getUsername()));
		return false;
	}

}
