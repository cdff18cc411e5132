/**
 * Banana: how Perspective Broker writes lists, numbers and strings of bytes. Follows
 * {@code twisted.spread.banana}.
 * <p>
 * An <em>expression</em> is a {@link java.util.List} of expressions, a number
 * ({@link Integer}, {@link Long}, {@link java.math.BigInteger} or {@link Double}) or a
 * string of {@link dev.twisted.spread.banana.Bytes}.
 */
@NullMarked
package dev.twisted.spread.banana;

import org.jspecify.annotations.NullMarked;
