package dev.twisted.protocols.policies;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Framed;
import dev.twisted.internet.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what goes over connections, with level DEBUG: their beginning and end, and the
 * bytes both ways in hexadecimal and as text. Follows Twisted's
 * {@code TrafficLoggingFactory}, with a logger in the place of its files.
 * <p>
 * Of a {@link Framed} protocol whole frames are logged instead of bytes, because only the
 * protocol knows what is secret in them and hides it. What such a protocol receives or
 * sends without framing it is not shown.
 */
public class TrafficLoggingFactory extends WrappingFactory {

	/** How many bytes of a piece are shown, if nothing else is asked for. */
	public static final int DEFAULT_LENGTH_LIMIT = 1024;

	private final Logger logger;

	private final int lengthLimit;

	/**
	 * Wrap a factory, with {@link #DEFAULT_LENGTH_LIMIT}.
	 * @param wrappedFactory makes the protocols to wrap
	 * @param loggerName the logger
	 */
	public TrafficLoggingFactory(Factory wrappedFactory, String loggerName) {
		this(wrappedFactory, loggerName, DEFAULT_LENGTH_LIMIT);
	}

	/**
	 * Wrap a factory.
	 * @param wrappedFactory makes the protocols to wrap
	 * @param loggerName the logger
	 * @param lengthLimit how many bytes of a piece are shown at most
	 * @throws IllegalArgumentException if the limit is negative
	 */
	public TrafficLoggingFactory(Factory wrappedFactory, String loggerName, int lengthLimit) {
		super(wrappedFactory);
		if (lengthLimit < 0) {
			throw new IllegalArgumentException("There cannot be %d bytes shown".formatted(lengthLimit));
		}
		this.logger = LoggerFactory.getLogger(loggerName);
		this.lengthLimit = lengthLimit;
	}

	@Override
	protected ProtocolWrapper wrap(Protocol protocol, Address address) {
		Framed framed = protocol.adapt(Framed.class);
		if (framed == null) {
			return new ByteLogger(this, protocol);
		}
		framed.logFrames(this.logger, this.lengthLimit);
		return new LifeLogger(this, protocol);
	}

	/**
	 * Logs the beginning and the end of a connection.
	 */
	private static class LifeLogger extends ProtocolWrapper {

		final TrafficLoggingFactory log;

		LifeLogger(TrafficLoggingFactory factory, Protocol protocol) {
			super(factory, protocol);
			this.log = factory;
		}

		@Override
		protected void connectionMade() throws Exception {
			this.log.logger.debug("{}: connected", transport());
			super.connectionMade();
		}

		@Override
		protected void connectionLost(Failure reason) throws Exception {
			this.log.logger.debug("{}: lost: {}", transport(), reason.value().toString());
			super.connectionLost(reason);
		}

	}

	/**
	 * Logs every byte as well.
	 */
	private static final class ByteLogger extends LifeLogger {

		ByteLogger(TrafficLoggingFactory factory, Protocol protocol) {
			super(factory, protocol);
		}

		@Override
		protected void dataReceived(ByteBuf data) throws Exception {
			log("received", data);
			super.dataReceived(data);
		}

		@Override
		public void write(byte[] data) {
			logSent(data);
			super.write(data);
		}

		@Override
		public void write(ByteBuf data) {
			log("sent", data);
			super.write(data);
		}

		@Override
		public void writeSequence(Iterable<byte[]> data) {
			data.forEach(this::logSent);
			super.writeSequence(data);
		}

		private void logSent(byte[] data) {
			if (this.log.logger.isDebugEnabled()) {
				log("sent", Unpooled.wrappedBuffer(data));
			}
		}

		private void log(String what, ByteBuf data) {
			if (this.log.logger.isDebugEnabled()) {
				int shown = Math.min(data.readableBytes(), this.log.lengthLimit);
				this.log.logger.debug("{}: {} {} bytes{}\n{}", transport(), what, data.readableBytes(),
						(shown < data.readableBytes()) ? ", of which the first are" : "",
						ByteBufUtil.prettyHexDump(data, data.readerIndex(), shown));
			}
		}

	}

}
