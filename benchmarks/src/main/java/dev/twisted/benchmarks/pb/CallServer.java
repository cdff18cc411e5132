package dev.twisted.benchmarks.pb;

import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import dev.twisted.spread.pb.PBServerFactory;
import dev.twisted.spread.pb.Root;
import org.jspecify.annotations.Nullable;

/**
 * A server whose methods return what they get: prints its port and serves until its
 * standard input ends, so that it does not outlive whoever started it.
 */
final class CallServer implements Root {

	private CallServer() {
	}

	public static void main(String[] args) throws Exception {
		Reactor reactor = new ReactorBuilder().build();
		reactor.start();
		ListeningPort port = reactor
			.<ListeningPort>blockingCallFromThread(() -> reactor.listenTCP(new InetSocketAddress("127.0.0.1", 0),
					new PBServerFactory(reactor, new CallServer()), ListenOptions.DEFAULTS));
		System.out.println("port " + port.getHost().port());
		System.out.flush();
		System.in.transferTo(OutputStream.nullOutputStream());
		Runtime.getRuntime().halt(0);
	}

	@Nullable Object remote_echo(@Nullable Object value) {
		return value;
	}

	long remote_add(long x, long y) {
		return x + y;
	}

	/** What a call of real life may look like. */
	static List<Map<String, Object>> order() {
		return List.of(Map.of("article", "apples", "number", 12, "price", 1.5),
				Map.of("article", "pears", "number", 3, "price", 2.25));
	}

}
