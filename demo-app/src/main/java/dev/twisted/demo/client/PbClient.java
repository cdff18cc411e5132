package dev.twisted.demo.client;

import java.util.List;

import dev.twisted.defer.Deferred;
import dev.twisted.endpoints.HostnameEndpoint;
import dev.twisted.internet.Reactor;
import dev.twisted.spread.pb.PBClientFactory;
import dev.twisted.spread.pb.RemoteReference;

/**
 * A client that calls the methods of the server's objects: two calls before anything is
 * asked, and one for each question.
 */
record PbClient() implements Client {

	@Override
	public String name() {
		return "pb";
	}

	@Override
	public String server() {
		return "pb";
	}

	@Override
	public Deferred<Conversation> open(Reactor reactor, String host, int port) {
		PBClientFactory factory = new PBClientFactory(reactor);
		return factory.connect(new HostnameEndpoint(reactor, host, port))
			.compose((root) -> root
				.<List<?>>callRemote("get_main", "0. 客户端: 连接服务端, 获取第1个远程服务对象....", "1. 客户端: 请求调用remote_get_main方法")
				.compose(PbClient::callSecond)
				.addCallback((answers) -> new PbConversation(factory, root, answers)));
	}

	private static Deferred<List<?>> callSecond(List<?> answers) {
		if (answers.size() != 3 || !(answers.get(2) instanceof RemoteReference second)) {
			throw new IllegalStateException("The server has not answered with two messages and an object");
		}
		return second.callRemote("server2_main", "4. 客户端: 请求调用remote_server2_main方法")
			.addCallback((none) -> answers.subList(0, 2));
	}

}
