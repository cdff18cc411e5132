package dev.twisted.enterprise;

/**
 * The mapper of each type of record, made once.
 */
final class RecordMappers {

	private static final ClassValue<RecordMapper> MAPPERS = new ClassValue<>() {

		@Override
		protected RecordMapper computeValue(Class<?> type) {
			return new RecordMapper(type);
		}

	};

	private RecordMappers() {
	}

	static RecordMapper of(Class<?> type) {
		return MAPPERS.get(type);
	}

}
