package dev.twisted.protocols.policies;

import java.security.cert.X509Certificate;

import javax.net.ssl.SSLSession;

import dev.twisted.defer.Action;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.Producer;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a protocol and its transport: to the transport it is the protocol, to
 * the protocol it is the transport. It hands everything on; override what is to be done
 * otherwise. Follows Twisted's {@code ProtocolWrapper}.
 * <p>
 * As with any transport, what the protocol calls may come from any thread. What the
 * wrapped protocol can do besides, as half-closing, it can do here.
 */
public class ProtocolWrapper extends Protocol implements Transport {

	private final WrappingFactory wrappingFactory;

	private final Protocol wrappedProtocol;

	/**
	 * Wrap a protocol.
	 * @param factory the factory that makes this wrapper
	 * @param wrappedProtocol the protocol
	 */
	public ProtocolWrapper(WrappingFactory factory, Protocol wrappedProtocol) {
		this.wrappingFactory = factory;
		this.wrappedProtocol = wrappedProtocol;
		setFactory(factory);
	}

	/**
	 * What is wrapped.
	 * @return the protocol
	 */
	public final Protocol wrappedProtocol() {
		return this.wrappedProtocol;
	}

	@Override
	public <T> @Nullable T adapt(Class<T> type) {
		T own = super.adapt(type);
		return (own != null) ? own : this.wrappedProtocol.adapt(type);
	}

	@Override
	public String logPrefix() {
		return this.wrappedProtocol.logPrefix();
	}

	@Override
	public String toString() {
		return connected() ? transport().toString() : logPrefix();
	}

	// The protocol's side

	@Override
	protected void connectionMade() throws Exception {
		this.wrappingFactory.registerProtocol(this);
		this.wrappedProtocol.makeConnection(this);
	}

	@Override
	protected void dataReceived(ByteBuf data) throws Exception {
		this.wrappedProtocol.deliverData(data);
	}

	@Override
	protected void tlsStarting() {
		this.wrappedProtocol.deliverTlsStarting();
	}

	@Override
	protected void connectionLost(Failure reason) throws Exception {
		this.wrappingFactory.unregisterProtocol(this);
		this.wrappedProtocol.deliverConnectionLost(reason);
	}

	// The transport's side

	@Override
	public void write(byte[] data) {
		transport().write(data);
	}

	@Override
	public void write(ByteBuf data) {
		transport().write(data);
	}

	@Override
	public void writeSequence(Iterable<byte[]> data) {
		transport().writeSequence(data);
	}

	@Override
	public void loseConnection() {
		transport().loseConnection();
	}

	@Override
	public void abortConnection() {
		transport().abortConnection();
	}

	@Override
	public void loseWriteConnection() {
		transport().loseWriteConnection();
	}

	@Override
	public void failConnection(Failure reason) {
		transport().failConnection(reason);
	}

	@Override
	public boolean disconnecting() {
		return transport().disconnecting();
	}

	@Override
	public void callFromThread(Action call) {
		transport().callFromThread(call);
	}

	@Override
	public void registerProducer(Producer producer, boolean streaming) {
		transport().registerProducer(producer, streaming);
	}

	@Override
	public void unregisterProducer() {
		transport().unregisterProducer();
	}

	@Override
	public void pauseProducing() {
		transport().pauseProducing();
	}

	@Override
	public void resumeProducing() {
		transport().resumeProducing();
	}

	@Override
	public void stopProducing() {
		transport().stopProducing();
	}

	@Override
	public Address getPeer() {
		return transport().getPeer();
	}

	@Override
	public Address getHost() {
		return transport().getHost();
	}

	@Override
	public boolean getTcpNoDelay() {
		return transport().getTcpNoDelay();
	}

	@Override
	public void setTcpNoDelay(boolean enabled) {
		transport().setTcpNoDelay(enabled);
	}

	@Override
	public boolean getTcpKeepAlive() {
		return transport().getTcpKeepAlive();
	}

	@Override
	public void setTcpKeepAlive(boolean enabled) {
		transport().setTcpKeepAlive(enabled);
	}

	@Override
	public void startTLS(ContextFactory contextFactory) {
		transport().startTLS(contextFactory);
	}

	@Override
	public @Nullable X509Certificate getPeerCertificate() {
		return transport().getPeerCertificate();
	}

	@Override
	public @Nullable String negotiatedProtocol() {
		return transport().negotiatedProtocol();
	}

	@Override
	public @Nullable SSLSession getTLSSession() {
		return transport().getTLSSession();
	}

}
