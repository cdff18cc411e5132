package dev.twisted.endpoints;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

import dev.twisted.internet.Transport;

/**
 * A transport that only remembers what was asked of it.
 */
final class FakeTransport {

	final List<String> calls = new ArrayList<>();

	Transport get() {
		return (Transport) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Transport.class },
				(proxy, method, arguments) -> {
					this.calls.add(method.getName());
					return null;
				});
	}

}
