/**
 * What a Deferred costs beside a CompletableFuture and a Mono.
 */
@NullMarked
package dev.twisted.benchmarks.defer;

import org.jspecify.annotations.NullMarked;
