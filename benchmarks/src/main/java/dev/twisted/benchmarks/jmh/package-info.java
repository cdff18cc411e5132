/**
 * Runs the JMH benchmarks of the other packages.
 */
@NullMarked
package dev.twisted.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
