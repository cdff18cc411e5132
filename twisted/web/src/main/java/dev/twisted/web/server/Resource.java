package dev.twisted.web.server;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Something that has a place in the tree of a {@link Site}, and answers requests. Follows
 * Twisted's {@code Resource}; {@code render_GET} is {@code renderGET} here. Override the
 * methods that are to be answered. What an override throws is logged, and the client is
 * told that its request failed.
 * <p>
 * One resource serves all connections: with more than one event loop it may be called on
 * several threads at once.
 */
public class Resource {

	/**
	 * Says that a request will be answered later, with {@link Request#write} and
	 * {@link Request#finish}.
	 */
	public static final byte[] NOT_DONE_YET = new byte[0];

	private final Map<String, Resource> children = new ConcurrentHashMap<>();

	/**
	 * Put a resource under this one. May be called from any thread.
	 * @param path its segment of the path; empty for what {@code /} at the end leads to
	 * @param child the resource
	 */
	public final void putChild(String path, Resource child) {
		if (path.indexOf('/') >= 0) {
			throw new IllegalArgumentException("A child has one segment of the path, and '%s' is more".formatted(path));
		}
		this.children.put(path, child);
	}

	/**
	 * Whether this answers for everything under it. It finds what is left of the path in
	 * {@link Request#postpath()}.
	 * @return false unless overridden
	 */
	public boolean isLeaf() {
		return false;
	}

	/**
	 * Find the resource under this one for which there was no {@link #putChild}.
	 * @param name the segment of the path, decoded: it may be anything, such as
	 * {@code ..} or what has slashes in it
	 * @param request the request
	 * @return the resource; unless overridden one that says that there is none
	 * @throws Exception to have the request fail
	 */
	protected Resource getChild(String name, Request request) throws Exception {
		return new ErrorPage(404, "No Such Resource", "No such child resource.");
	}

	final Resource getChildWithDefault(String name, Request request) throws Exception {
		Resource child = this.children.get(name);
		return (child != null) ? child : getChild(name, request);
	}

	/**
	 * Answer a request: calls the method for the request's.
	 * @param request the request
	 * @return the body, or {@link #NOT_DONE_YET}
	 * @throws Exception to have the request fail
	 */
	protected byte[] render(Request request) throws Exception {
		byte[] body = switch (request.method()) {
			case "GET" -> renderGET(request);
			case "HEAD" -> renderHEAD(request);
			case "POST" -> renderPOST(request);
			case "PUT" -> renderPUT(request);
			case "DELETE" -> renderDELETE(request);
			case "OPTIONS" -> renderOPTIONS(request);
			case "PATCH" -> renderPATCH(request);
			default -> new ErrorPage(501, "Not Implemented", "The method is not known.").render(request);
		};
		if (body != null) {
			return body;
		}
		if (RenderMethods.of(getClass()).contains(request.method())) {
			throw new IllegalStateException(
					"render%s of %s has returned null: it returns the body, or NOT_DONE_YET if that comes later"
						.formatted(request.method(), getClass().getName()));
		}
		return notAllowed(request);
	}

	private byte[] notAllowed(Request request) {
		request.setHeader("Allow", String.join(", ", allowedMethods()));
		return new ErrorPage(405, "Method Not Allowed", "The resource does not have this method.").render(request);
	}

	/**
	 * The methods that this answers, told to who asks for another.
	 * @return those whose methods here are overridden
	 */
	protected List<String> allowedMethods() {
		return RenderMethods.of(getClass());
	}

	/**
	 * Answer a GET.
	 * @param request the request
	 * @return the body, or {@link #NOT_DONE_YET}. Not overridden, {@code null}: GET is
	 * not allowed
	 * @throws Exception to have the request fail
	 */
	protected byte @Nullable [] renderGET(Request request) throws Exception {
		return null;
	}

	/**
	 * Answer a HEAD.
	 * @param request the request
	 * @return what GET returns unless overridden; the body is not sent
	 * @throws Exception to have the request fail
	 */
	protected byte @Nullable [] renderHEAD(Request request) throws Exception {
		return renderGET(request);
	}

	/**
	 * Answer a POST.
	 * @param request the request
	 * @return the body, or {@link #NOT_DONE_YET}. Not overridden, {@code null}: POST is
	 * not allowed
	 * @throws Exception to have the request fail
	 */
	protected byte @Nullable [] renderPOST(Request request) throws Exception {
		return null;
	}

	/**
	 * Answer a PUT.
	 * @param request the request
	 * @return the body, or {@link #NOT_DONE_YET}. Not overridden, {@code null}: PUT is
	 * not allowed
	 * @throws Exception to have the request fail
	 */
	protected byte @Nullable [] renderPUT(Request request) throws Exception {
		return null;
	}

	/**
	 * Answer a PATCH.
	 * @param request the request
	 * @return the body, or {@link #NOT_DONE_YET}. Not overridden, {@code null}: PATCH is
	 * not allowed
	 * @throws Exception to have the request fail
	 */
	protected byte @Nullable [] renderPATCH(Request request) throws Exception {
		return null;
	}

	/**
	 * Answer a DELETE.
	 * @param request the request
	 * @return the body, or {@link #NOT_DONE_YET}. Not overridden, {@code null}: DELETE is
	 * not allowed
	 * @throws Exception to have the request fail
	 */
	protected byte @Nullable [] renderDELETE(Request request) throws Exception {
		return null;
	}

	/**
	 * Answer an OPTIONS.
	 * @param request the request
	 * @return the body, or {@link #NOT_DONE_YET}. Not overridden, {@code null}: OPTIONS
	 * is not allowed
	 * @throws Exception to have the request fail
	 */
	protected byte @Nullable [] renderOPTIONS(Request request) throws Exception {
		return null;
	}

	/** What a page says, in bytes. */
	static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
