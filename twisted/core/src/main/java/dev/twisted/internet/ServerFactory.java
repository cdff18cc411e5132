package dev.twisted.internet;

/**
 * A factory for servers; Twisted's other name for {@link Factory}.
 */
public abstract class ServerFactory extends Factory {

}
