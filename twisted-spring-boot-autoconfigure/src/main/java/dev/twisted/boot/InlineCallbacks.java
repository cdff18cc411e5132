package dev.twisted.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a bean's method wait for Deferreds in the middle of itself, with
 * {@link dev.twisted.defer.Deferreds#await}. Follows Twisted's decorator of this name.
 * <pre class="code">
 * &#064;InlineCallbacks
 * public Deferred&lt;Order&gt; order(String user) throws Exception {
 *     User found = await(this.users.find(user));
 *     return Deferred.succeed(new Order(found));
 * }</pre> The method returns a {@link dev.twisted.defer.Deferred}; callers get one that
 * fires with the result of that one, or with what the method throws. All else is as with
 * {@link dev.twisted.defer.Deferreds#inlineCallbacks}, but that the method begins on the
 * reactor's thread in any case: at once if it is called there, otherwise in the reactor's
 * next turn. Without a running reactor it begins where it is called.
 * <p>
 * As with all that works by a proxy, only calls from other beans count, and the method
 * must be neither private nor static nor final. Other annotations, such as those for
 * transactions and caching, are applied around it. Protocols cannot have such methods, as
 * connections use them without a proxy: there, call
 * {@link dev.twisted.defer.Deferreds#inlineCallbacks} or another bean. A method of
 * another kind than these keeps the application from starting.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface InlineCallbacks {

}
