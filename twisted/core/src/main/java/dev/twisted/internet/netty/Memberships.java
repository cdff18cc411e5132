package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DatagramChannel;
import org.jspecify.annotations.Nullable;

/**
 * The multicast groups that a UDP port is a member of. Loop thread only.
 */
final class Memberships {

	private final UdpPort port;

	private final DatagramChannel channel;

	/** Added to where the channel is read. */
	private final Set<Membership> present = ConcurrentHashMap.newKeySet();

	Memberships(UdpPort port, DatagramChannel channel) {
		this.port = port;
		this.channel = channel;
	}

	/**
	 * Become a member.
	 * @param wanted where; {@code null} for wherever the port sends to, or else can
	 */
	ChannelFuture join(InetAddress group, @Nullable NetworkInterface wanted) throws SocketException {
		Membership membership = new Membership(group, interfaceFor(wanted));
		if (this.present.contains(membership)) {
			throw new IllegalStateException("%s is a member of %s already".formatted(this.port, membership));
		}
		return this.channel.joinGroup(group, membership.networkInterface(), null).addListener((joined) -> {
			if (joined.isSuccess()) {
				this.present.add(membership);
			}
		});
	}

	/** Be a member no more; {@code wanted} as for {@link #join}. */
	ChannelFuture leave(InetAddress group, @Nullable NetworkInterface wanted) throws SocketException {
		Membership membership = new Membership(group, interfaceFor(wanted));
		if (!this.present.remove(membership)) {
			throw new IllegalStateException("%s is no member of %s".formatted(this.port, membership));
		}
		return this.channel.leaveGroup(group, membership.networkInterface(), null);
	}

	private NetworkInterface interfaceFor(@Nullable NetworkInterface wanted) throws SocketException {
		if (wanted != null) {
			return wanted;
		}
		NetworkInterface outgoing = this.channel.config().getNetworkInterface();
		if (outgoing != null) {
			return outgoing;
		}
		NetworkInterface fallback = null;
		for (NetworkInterface candidate : NetworkInterface.networkInterfaces().toList()) {
			if (candidate.isUp() && candidate.supportsMulticast() && !candidate.isLoopback()) {
				return candidate;
			}
			if (candidate.isUp() && candidate.isLoopback()) {
				fallback = candidate;
			}
		}
		if (fallback == null) {
			throw new SocketException("No network interface is up");
		}
		return fallback;
	}

	/**
	 * A group, and where.
	 */
	private record Membership(InetAddress group, NetworkInterface networkInterface) {

		@Override
		public String toString() {
			return "%s on %s".formatted(this.group.getHostAddress(), this.networkInterface.getName());
		}

	}

}
