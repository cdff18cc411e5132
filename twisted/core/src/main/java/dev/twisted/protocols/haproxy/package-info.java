/**
 * The PROXY protocol, in which load balancers say who they speak for. Follows
 * {@code twisted.protocols.haproxy}.
 */
@NullMarked
package dev.twisted.protocols.haproxy;

import org.jspecify.annotations.NullMarked;
