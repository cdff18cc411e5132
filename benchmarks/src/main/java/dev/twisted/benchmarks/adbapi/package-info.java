/**
 * What a database that answers with Deferreds costs beside the bare driver.
 */
@NullMarked
package dev.twisted.benchmarks.adbapi;

import org.jspecify.annotations.NullMarked;
