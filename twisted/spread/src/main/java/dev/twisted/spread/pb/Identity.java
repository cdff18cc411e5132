package dev.twisted.spread.pb;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Some objects as the key of a map, which compares them by identity.
 */
final class Identity {

	private final @Nullable Object[] objects;

	Identity(@Nullable Object... objects) {
		this.objects = objects;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		if (!(other instanceof Identity identity) || identity.objects.length != this.objects.length) {
			return false;
		}
		for (int i = 0; i < this.objects.length; i++) {
			if (this.objects[i] != identity.objects[i]) {
				return false;
			}
		}
		return true;
	}

	@Override
	public int hashCode() {
		int hash = 0;
		for (Object object : this.objects) {
			hash = 31 * hash + System.identityHashCode(object);
		}
		return hash;
	}

	@Override
	public String toString() {
		return Arrays.toString(this.objects);
	}

}
