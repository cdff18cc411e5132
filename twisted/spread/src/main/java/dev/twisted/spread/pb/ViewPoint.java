package dev.twisted.spread.pb;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An object as somebody sees it. Follows Twisted's class of this name.
 */
public final class ViewPoint implements Referenceable {

	private final @Nullable Avatar perspective;

	private final Object object;

	/**
	 * Make a view.
	 * @param perspective who sees the object, {@code null} for nobody in particular
	 * @param object the object
	 */
	public ViewPoint(@Nullable Avatar perspective, Object object) {
		this.perspective = perspective;
		this.object = object;
	}

	@Override
	public Object processUniqueID() {
		return new Identity(this.perspective, this.object);
	}

	@Override
	public @Nullable Object remoteMessageReceived(RemoteCall call) throws Throwable {
		call.setPerspective(this.perspective);
		List<@Nullable Object> arguments = new ArrayList<>();
		arguments.add(this.perspective);
		arguments.addAll(call.arguments());
		return Flavor.VIEW.methods(this.object).call(this.object, call.message(), arguments, call.keywords());
	}

}
