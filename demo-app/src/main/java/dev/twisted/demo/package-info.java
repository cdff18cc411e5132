/**
 * The servers of the demo, as an application on Spring Boot writes them.
 */
@NullMarked
package dev.twisted.demo;

import org.jspecify.annotations.NullMarked;
