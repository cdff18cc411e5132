package dev.twisted.spread.pb;

import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.Failure;

/**
 * A failure of the other side: it is matched by the names that its types have there, and
 * by {@link RemoteException}.
 */
final class RemoteFailure extends Failure {

	private static final long serialVersionUID = 1L;

	RemoteFailure(RemoteException value) {
		super(value);
	}

	@Override
	public List<String> parents() {
		List<String> names = new ArrayList<>(((RemoteException) value()).remoteTypes());
		names.addAll(super.parents());
		return names;
	}

}
