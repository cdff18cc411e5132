package dev.twisted.boot.autoconfigure.web;

import java.util.function.UnaryOperator;

import dev.twisted.web.client.HTTPAgent;

/**
 * Puts something around all requests of the context's agent.
 */
@FunctionalInterface
interface AgentDecorator extends UnaryOperator<HTTPAgent> {

}
