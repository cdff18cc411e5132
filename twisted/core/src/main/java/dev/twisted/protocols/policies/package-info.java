/**
 * What limits and watches protocols without their knowing: wrappers around factories, and
 * the time limit that a protocol sets itself. Follows {@code twisted.protocols.policies}.
 * <p>
 * A port's own limits ({@link dev.twisted.internet.ConnectionLimits}) do most of this at
 * less cost; wrappers are for clients, and for limits that several ports share.
 */
@NullMarked
package dev.twisted.protocols.policies;

import org.jspecify.annotations.NullMarked;
