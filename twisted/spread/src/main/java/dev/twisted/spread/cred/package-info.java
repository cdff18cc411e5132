/**
 * Who may come in, and as whom. Follows {@code twisted.cred}, as far as Perspective
 * Broker needs it.
 */
@NullMarked
package dev.twisted.spread.cred;

import org.jspecify.annotations.NullMarked;
