/**
 * The users of the demo, in a database.
 */
@NullMarked
package dev.twisted.demo.users;

import org.jspecify.annotations.NullMarked;
