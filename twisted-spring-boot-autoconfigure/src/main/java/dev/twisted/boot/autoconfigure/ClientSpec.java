package dev.twisted.boot.autoconfigure;

/**
 * A client that is to be kept connected: what it was told, and whose protocol it speaks.
 *
 * @param name the key under {@code twisted.clients}
 * @param properties what it was told
 * @param bean makes its protocols
 */
record ClientSpec(String name, TwistedClientsProperties.Client properties, Handler bean) {

	String key(String property) {
		return "twisted.clients.%s.%s".formatted(this.name, property);
	}

}
