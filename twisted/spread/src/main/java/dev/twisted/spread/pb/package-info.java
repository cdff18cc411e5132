/**
 * Perspective Broker: calls in both directions on one connection, with references to live
 * objects. Follows {@code twisted.spread.pb}, byte for byte.
 * <p>
 * What a peer may call is {@link dev.twisted.spread.pb.Referenceable}; what it gets hold
 * of first is a {@link dev.twisted.spread.pb.Root}, served by a
 * {@link dev.twisted.spread.pb.PBServerFactory}. On the other side a
 * {@link dev.twisted.spread.pb.PBClientFactory} has a
 * {@link dev.twisted.spread.pb.RemoteReference} to it.
 * <p>
 * Everything that is called by a peer runs on the loop of its connection. References may
 * be used from any thread.
 */
@NullMarked
package dev.twisted.spread.pb;

import org.jspecify.annotations.NullMarked;
