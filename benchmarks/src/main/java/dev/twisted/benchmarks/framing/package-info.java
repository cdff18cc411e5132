/**
 * What it costs to cut a stream into frames, in memory, ours beside Netty's decoders.
 */
@NullMarked
package dev.twisted.benchmarks.framing;

import org.jspecify.annotations.NullMarked;
