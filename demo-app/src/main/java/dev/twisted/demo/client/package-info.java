/**
 * The clients of the demo's servers: lines in, answers out.
 */
@NullMarked
package dev.twisted.demo.client;

import org.jspecify.annotations.NullMarked;
