package dev.twisted.spread.jelly;

/**
 * Stands for an object that the peer could not send. Follows Twisted's class of this
 * name.
 *
 * @param reason why, as the peer has put it
 */
public record Unpersistable(String reason) {

}
