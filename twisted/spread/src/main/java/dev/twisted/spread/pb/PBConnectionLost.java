package dev.twisted.spread.pb;

import org.jspecify.annotations.Nullable;

/**
 * The connection was lost before the answer to a call came. Whether the call was carried
 * out, nobody knows. Follows Twisted's exception of this name.
 */
public class PBConnectionLost extends Exception {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param cause why the connection was lost
	 */
	public PBConnectionLost(@Nullable Throwable cause) {
		super("The connection was lost before the answer came", cause, false, false);
	}

}
