/**
 * What an application sees of the starter: the annotation that makes a bean a server's
 * handler, what listens, and the events about it.
 */
@NullMarked
package dev.twisted.boot;

import org.jspecify.annotations.NullMarked;
