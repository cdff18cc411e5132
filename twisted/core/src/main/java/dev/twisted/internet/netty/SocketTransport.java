package dev.twisted.internet.netty;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLSession;

import dev.twisted.internet.Address;
import dev.twisted.internet.Preamble;
import dev.twisted.internet.Transport;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/**
 * What a transport knows of its socket: the addresses of both ends, TLS between them if
 * there is any, and the options.
 */
abstract class SocketTransport extends ChannelInboundHandlerAdapter implements Transport {

	private final DuplexChannel channel;

	/** What the preamble has said, if there was any. */
	private Preamble.@Nullable Introduction introduction;

	/** Volatile for those on other threads, who ask what it knows. */
	private volatile @Nullable TlsLayer tls;

	SocketTransport(DuplexChannel channel) {
		this.channel = channel;
	}

	final DuplexChannel channel() {
		return this.channel;
	}

	final void introduction(Preamble.Introduction said) {
		this.introduction = said;
	}

	final @Nullable TlsLayer tls() {
		return this.tls;
	}

	final void tls(TlsLayer layer) {
		this.tls = layer;
	}

	@Override
	public final Address getPeer() {
		Preamble.Introduction said = this.introduction;
		Address told = (said != null) ? said.peer() : null;
		return (told != null) ? told : address(this.channel.remoteAddress());
	}

	@Override
	public final Address getHost() {
		Preamble.Introduction said = this.introduction;
		Address told = (said != null) ? said.host() : null;
		return (told != null) ? told : address(this.channel.localAddress());
	}

	private static Address address(@Nullable SocketAddress address) {
		if (address == null) {
			throw new IllegalStateException("The connection was gone before its address was asked for");
		}
		return SocketAddresses.address(address);
	}

	/** The peer as the log names it; {@code null} if it was gone before we looked. */
	final @Nullable Object peerInLog() {
		Preamble.Introduction said = this.introduction;
		return (said != null && said.peer() != null) ? said.peer() : this.channel.remoteAddress();
	}

	@Override
	public final @Nullable X509Certificate getPeerCertificate() {
		TlsLayer layer = this.tls;
		return (layer != null) ? layer.peerCertificate() : null;
	}

	@Override
	public final @Nullable String negotiatedProtocol() {
		TlsLayer layer = this.tls;
		return (layer != null) ? layer.negotiatedProtocol() : null;
	}

	@Override
	public final @Nullable SSLSession getTLSSession() {
		TlsLayer layer = this.tls;
		return (layer != null) ? layer.session() : null;
	}

	@Override
	public final boolean getTcpNoDelay() {
		return option(ChannelOption.TCP_NODELAY);
	}

	@Override
	public final void setTcpNoDelay(boolean enabled) {
		if (this.channel.isOpen()) {
			this.channel.config().setOption(ChannelOption.TCP_NODELAY, enabled);
		}
	}

	@Override
	public final boolean getTcpKeepAlive() {
		return option(ChannelOption.SO_KEEPALIVE);
	}

	@Override
	public final void setTcpKeepAlive(boolean enabled) {
		if (this.channel.isOpen()) {
			this.channel.config().setOption(ChannelOption.SO_KEEPALIVE, enabled);
		}
	}

	/** Unix sockets have neither of these. */
	private boolean option(ChannelOption<Boolean> option) {
		return this.channel.isOpen() && Boolean.TRUE.equals(this.channel.config().getOption(option));
	}

}
