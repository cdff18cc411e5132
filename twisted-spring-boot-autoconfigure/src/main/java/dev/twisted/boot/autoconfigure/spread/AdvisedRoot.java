package dev.twisted.boot.autoconfigure.spread;

import java.lang.reflect.Method;

import dev.twisted.spread.pb.Broker;
import dev.twisted.spread.pb.MessageReceiver;
import dev.twisted.spread.pb.Referenceable;
import dev.twisted.spread.pb.RemoteCall;
import dev.twisted.spread.pb.Root;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A root that Spring has put something around, such as a check of who may call: each
 * method that a peer calls goes through that, while the bean itself would call the bare
 * object's.
 */
final class AdvisedRoot implements Root {

	private final Root bean;

	private AdvisedRoot(Root bean) {
		this.bean = bean;
	}

	/** The root to serve: the bean unless there is something around it. */
	static Root of(Root bean) {
		return (AopUtils.isAopProxy(bean) && !findsItsMethods(AopUtils.getTargetClass(bean))) ? new AdvisedRoot(bean)
				: bean;
	}

	/** Whether the bean's class itself says what is done about calls. */
	private static boolean findsItsMethods(Class<?> type) {
		Method method = ReflectionUtils.findMethod(type, "remoteMessageReceived", RemoteCall.class);
		return method != null && method.getDeclaringClass() != Referenceable.class
				&& method.getDeclaringClass() != MessageReceiver.class;
	}

	@Override
	public Referenceable rootObject(Broker broker) {
		Referenceable root = this.bean.rootObject(broker);
		return (root == this.bean) ? this : root;
	}

	@Override
	public @Nullable Object remoteMessageReceived(RemoteCall call) throws Throwable {
		return Referenceable.call(this.bean, call);
	}

	@Override
	public Object processUniqueID() {
		return this.bean.processUniqueID();
	}

}
