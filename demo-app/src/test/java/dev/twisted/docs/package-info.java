/**
 * Tests that the documentation tells the truth.
 */
@NullMarked
package dev.twisted.docs;

import org.jspecify.annotations.NullMarked;
