package dev.twisted.web.server;

/**
 * Says that something is not as it should be. It answers for everything under it.
 */
final class ErrorPage extends Resource {

	private final int code;

	private final String brief;

	private final String detail;

	ErrorPage(int code, String brief, String detail) {
		this.code = code;
		this.brief = brief;
		this.detail = detail;
	}

	@Override
	public boolean isLeaf() {
		return true;
	}

	@Override
	protected Resource getChild(String name, Request request) {
		return this;
	}

	@Override
	protected byte[] render(Request request) {
		request.setResponseCode(this.code, this.brief);
		request.setHeader("Content-Type", "text/html; charset=utf-8");
		return utf8("<html><head><title>%1$d - %2$s</title></head><body><h1>%2$s</h1><p>%3$s</p></body></html>\n"
			.formatted(this.code, this.brief, this.detail));
	}

}
