package dev.twisted.spread.cred;

/**
 * Somebody who was let in.
 *
 * @param <A> what stands for him here
 * @param avatar what stands for him here
 * @param logout called once when he has gone, on his connection's loop
 */
public record Login<A>(A avatar, Runnable logout) {

}
