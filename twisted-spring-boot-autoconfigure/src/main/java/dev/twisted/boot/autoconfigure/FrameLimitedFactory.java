package dev.twisted.boot.autoconfigure;

import dev.twisted.internet.Address;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Framed;
import dev.twisted.internet.Protocol;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tells each protocol of another factory how long frames may be, before it is connected:
 * what it sets itself in {@code connectionMade} has the last word.
 */
final class FrameLimitedFactory extends Factory {

	private static final Log logger = LogFactory.getLog(FrameLimitedFactory.class);

	private final Factory factory;

	private final int maxLength;

	private final String key;

	FrameLimitedFactory(Factory factory, int maxLength, String key) {
		this.factory = factory;
		this.maxLength = maxLength;
		this.key = key;
	}

	@Override
	public @Nullable Protocol buildProtocol(Address address) throws Exception {
		Protocol protocol = this.factory.buildProtocol(address);
		if (protocol == null) {
			return null;
		}
		if (protocol.factory() == null) {
			protocol.setFactory(this.factory);
		}
		Framed framed = protocol.adapt(Framed.class);
		if (framed == null || !framed.limitFrames(this.maxLength)) {
			logger.warn("%s is set, but the protocol %s has no length of frames to limit".formatted(this.key,
					protocol.logPrefix()));
		}
		return protocol;
	}

	@Override
	protected void startFactory() throws Exception {
		this.factory.doStart();
	}

	@Override
	protected void stopFactory() throws Exception {
		this.factory.doStop();
	}

	@Override
	public String logPrefix() {
		return this.factory.logPrefix();
	}

}
