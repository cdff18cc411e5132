/**
 * What Deferreds do when two threads use them in the same moment. Each class is one such
 * moment, with everything that may come of it; jcstress tries it millions of times, under
 * every compiler of the virtual machine.
 */
@NullMarked
package dev.twisted.stress;

import org.jspecify.annotations.NullMarked;
