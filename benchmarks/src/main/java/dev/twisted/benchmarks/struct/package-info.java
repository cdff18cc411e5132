/**
 * Headers of binary protocols.
 */
@NullMarked
package dev.twisted.benchmarks.struct;

import org.jspecify.annotations.NullMarked;
