package dev.twisted.internet;

import java.net.InetAddress;
import java.util.List;

import dev.twisted.defer.Deferred;

/**
 * Looks up the addresses of hosts. Follows Twisted's {@code IHostnameResolver}. A reactor
 * is one; another one can stand in for it where names come from elsewhere, as in tests.
 */
@FunctionalInterface
public interface HostResolver {

	/**
	 * Look up all addresses of a host. Belongs to the reactor's thread.
	 * @param hostName a name, or an address, which is its own answer
	 * @return fires on the reactor's thread with the addresses in the order in which they
	 * should be tried, or fails with a {@link DNSLookupException}
	 */
	Deferred<List<InetAddress>> resolveHostName(String hostName);

}
