/**
 * Jelly: how objects become expressions that {@link dev.twisted.spread.banana} can write,
 * and objects again. Follows {@code twisted.spread.jelly}.
 * <p>
 * What maps to what:
 * <ul>
 * <li>{@code null}, {@link Boolean}, {@link String}, {@code byte[]}: None, bool, str,
 * bytes;</li>
 * <li>{@link Byte} to {@link Long} and {@link java.math.BigInteger}: int, which comes
 * back as the first of {@link Integer}, {@link Long} and {@code BigInteger} that holds
 * it;</li>
 * <li>{@link Double} and {@link Float}: float;</li>
 * <li>{@link java.math.BigDecimal}: Decimal;</li>
 * <li>{@link java.util.List}, {@link dev.twisted.spread.jelly.Tuple},
 * {@link java.util.Map}, {@link java.util.Set},
 * {@link dev.twisted.spread.jelly.FrozenSet}: list, tuple, dict, set, frozenset;</li>
 * <li>{@link java.time.LocalDateTime}, {@link java.time.LocalDate},
 * {@link java.time.LocalTime}, {@link java.time.Duration}: datetime, date, time,
 * timedelta, all of which have microseconds and nothing finer;</li>
 * <li>whatever is {@link dev.twisted.spread.jelly.Jellyable}, and records that
 * {@link dev.twisted.spread.jelly.SecurityOptions} know: objects.</li>
 * </ul>
 * Bytes in the key of a map or in a set are {@link dev.twisted.spread.banana.Bytes}, as
 * arrays cannot be found again there. One object that occurs twice comes out as one
 * object, and a list may contain itself.
 */
@NullMarked
package dev.twisted.spread.jelly;

import org.jspecify.annotations.NullMarked;
