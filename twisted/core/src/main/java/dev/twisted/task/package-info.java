/**
 * Work that repeats, waits or takes turns. Follows {@code twisted.internet.task}.
 */
@NullMarked
package dev.twisted.task;

import org.jspecify.annotations.NullMarked;
