/**
 * The same echo server written with everything that could serve it, under the same load.
 */
@NullMarked
package dev.twisted.benchmarks.echo;

import org.jspecify.annotations.NullMarked;
