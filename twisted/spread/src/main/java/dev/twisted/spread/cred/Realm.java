package dev.twisted.spread.cred;

import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * What people are let into: it knows what stands for each of them. Follows Twisted's
 * {@code IRealm}.
 *
 * @param <A> what stands for somebody
 */
@FunctionalInterface
public interface Realm<A> {

	/**
	 * Let somebody in.
	 * @param avatarId who it is, {@code null} for somebody anonymous
	 * @param mind what he has sent along to be reached by, {@code null} for nothing
	 * @return fires with what stands for him
	 * @throws Exception to keep him out
	 */
	Deferred<Login<A>> requestAvatar(@Nullable String avatarId, @Nullable Object mind) throws Exception;

}
