/**
 * Tests of what is told while debugging. Not in the package of Deferreds, whose own calls
 * are left out of what is told.
 */
@NullMarked
package dev.twisted.defer.debugging;

import org.jspecify.annotations.NullMarked;
