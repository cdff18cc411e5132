/**
 * Calls of Perspective Broker, beside those of Python's Twisted.
 */
@NullMarked
package dev.twisted.benchmarks.pb;

import org.jspecify.annotations.NullMarked;
