package dev.twisted.defer;

import java.util.List;

import org.jspecify.annotations.Nullable;

public final class DeferredList<T extends @Nullable Object> extends Deferred<List<DeferredList.Result<T>>> {

	public record Result<T extends @Nullable Object>(boolean success, @Nullable T value, @Nullable Failure failure) {
	}

}
