package dev.twisted.demo;

import java.util.List;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.spread.pb.Referenceable;
import dev.twisted.spread.pb.RemoteException;
import dev.twisted.spread.pb.Root;
import org.jspecify.annotations.Nullable;

/**
 * The object that peers of Perspective Broker get hold of. What it does can be called
 * from Python as well as from Java.
 */
@ProtocolHandler("pb")
class Pb implements Root {

	@SuppressWarnings("ObjectToString") // The identity is what the message shows.
	List<Object> remote_get_main(@Nullable Object message0, @Nullable Object message1) {
		Second second = new Second();
		return List.of("2. 服务端: remote_get_main方法正在执行中....", "3. 服务端: 返回新的远程调用对象给客户端: " + second, second);
	}

	@Nullable Object remote_echo(@Nullable Object x) {
		return x;
	}

	void remote_fail(@Nullable String message) throws RemoteException {
		throw new RemoteException("builtins.ValueError", message);
	}

	/**
	 * Another object, for whoever got it from the first.
	 */
	static final class Second implements Referenceable {

		void remote_server2_main(@Nullable Object message) {
		}

	}

}
