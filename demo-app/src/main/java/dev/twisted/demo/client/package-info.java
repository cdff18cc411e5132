/**
 * The clients of the tutorial's servers: lines in, answers out.
 */
@NullMarked
package dev.twisted.demo.client;

import org.jspecify.annotations.NullMarked;
