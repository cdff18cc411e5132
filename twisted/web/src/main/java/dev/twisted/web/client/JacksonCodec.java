package dev.twisted.web.client;

import tools.jackson.databind.json.JsonMapper;

/**
 * JSON by Jackson 3, which has to be on the class path.
 */
public final class JacksonCodec implements JsonCodec {

	private final JsonMapper mapper;

	/**
	 * Use Jackson as it is.
	 */
	public JacksonCodec() {
		this(JsonMapper.shared());
	}

	/**
	 * Use a mapper.
	 * @param mapper reads and writes
	 */
	public JacksonCodec(JsonMapper mapper) {
		this.mapper = mapper;
	}

	@Override
	public byte[] write(Object value) {
		return this.mapper.writeValueAsBytes(value);
	}

	@Override
	public <T> T read(byte[] json, Class<T> type) {
		return this.mapper.readValue(json, type);
	}

}
