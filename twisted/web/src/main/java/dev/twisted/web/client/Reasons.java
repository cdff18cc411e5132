package dev.twisted.web.client;

import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.util.List;

import javax.net.ssl.SSLException;

import dev.twisted.defer.Failure;
import dev.twisted.defer.QueueOverflowException;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.ConnectException;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.ConnectionRefusedException;
import dev.twisted.internet.DNSLookupException;
import dev.twisted.internet.NoRouteException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;

/**
 * What Reactor Netty's exceptions are to those who know Twisted's.
 */
final class Reasons {

	private Reasons() {
	}

	/** Whether the server has closed the connection instead of answering. */
	static boolean isPrematureClose(Throwable cause) {
		return cause instanceof PrematureCloseException || isReset(cause);
	}

	/**
	 * A socket that was reset and has told so once is no longer connected to anything.
	 */
	private static boolean isReset(Throwable cause) {
		return cause instanceof NotYetConnectedException || AbortedException.isConnectionReset(cause);
	}

	/** Why there was no response. */
	static Throwable of(Throwable cause, Exchange exchange) {
		if (cause instanceof ConnectException || cause instanceof TimeoutException) {
			return cause;
		}
		if (cause instanceof PoolAcquirePendingLimitException) {
			return new QueueOverflowException("%s: too many requests wait for a connection to this server: %s"
				.formatted(exchange, cause.getMessage()));
		}
		if (cause instanceof ConnectTimeoutException || cause instanceof SslHandshakeTimeoutException) {
			return new TimeoutException("%s: %s".formatted(exchange, cause.getMessage()));
		}
		if (cause instanceof UnknownHostException) {
			return new DNSLookupException("%s: there is no address: %s".formatted(exchange, cause.getMessage()), cause);
		}
		if (cause instanceof NoRouteToHostException) {
			return new NoRouteException("%s: %s".formatted(exchange, cause.getMessage()), cause);
		}
		ProxyConnectException noWay = proxyIn(cause);
		if (noWay != null) {
			return new ConnectException("%s: the proxy makes no way: %s".formatted(exchange, noWay.getMessage()),
					cause);
		}
		if (cause instanceof java.net.ConnectException) {
			return new ConnectionRefusedException("%s: connection refused".formatted(exchange), cause);
		}
		if (cause instanceof IOException || isReset(cause)) {
			return new ResponseNeverReceived(List.of(reason(cause)));
		}
		return new ResponseFailed(List.of(new Failure(cause)), null);
	}

	/** What the proxy says, which TLS may be the first to notice. */
	private static @Nullable ProxyConnectException proxyIn(Throwable cause) {
		for (Throwable each = cause; each != null; each = each.getCause()) {
			if (each instanceof ProxyConnectException noWay) {
				return noWay;
			}
		}
		return null;
	}

	/** Why a connection was lost. */
	static Failure reason(Throwable cause) {
		if (cause instanceof PrematureCloseException) {
			return ConnectionDone.FAILURE;
		}
		boolean lost = cause instanceof SSLException || cause instanceof ClosedChannelException
				|| cause instanceof IOException || isReset(cause);
		return new Failure(lost ? new ConnectionLost(cause) : cause);
	}

}
