package dev.twisted.web.server;

import java.util.List;

import dev.twisted.internet.Address;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;

/**
 * Serves a tree of resources over HTTP/1.1, on any port that a factory can have. Follows
 * Twisted's {@code Site}. How long a client may say nothing is the port's business:
 * {@link dev.twisted.internet.ConnectionLimits}.
 */
public final class Site extends Factory {

	/** The longest body of a request, if nothing else is asked for: one MiB. */
	public static final int DEFAULT_MAX_CONTENT = 1024 * 1024;

	private final Resource resource;

	private final int maxContent;

	/**
	 * Serve a tree.
	 * @param resource its root
	 */
	public Site(Resource resource) {
		this(resource, DEFAULT_MAX_CONTENT);
	}

	/**
	 * Serve a tree.
	 * @param resource its root
	 * @param maxContent how many bytes the body of a request may have
	 */
	public Site(Resource resource, int maxContent) {
		this.resource = resource;
		this.maxContent = maxContent;
	}

	@Override
	public Protocol buildProtocol(Address address) {
		HTTPChannel channel = new HTTPChannel(this, this.maxContent);
		channel.setFactory(this);
		return channel;
	}

	/** Find the resource of a request, and tell the request how it was found. */
	Resource resourceFor(Request request) throws Exception {
		Resource found = this.resource;
		List<String> left = request.postpath();
		while (!left.isEmpty() && !found.isLeaf()) {
			found = found.getChildWithDefault(request.consume(), request);
			left = request.postpath();
		}
		return found;
	}

}
