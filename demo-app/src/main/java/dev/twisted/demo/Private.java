package dev.twisted.demo;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.protocols.StructFrameReceiver;
import dev.twisted.struct.Struct;
import dev.twisted.struct.Values;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A format of one's own: a version, the size of the body, and a command, little-endian
 * and four bytes each; then the body, which is JSON. Whatever arrives is acknowledged.
 */
@ProtocolHandler("private")
class Private extends StructFrameReceiver {

	private static final Struct HEADER = Struct.of("<iii");

	private static final int BODY_SIZE = 1;

	private static final int VERSION = 1;

	private static final int ACKNOWLEDGED = 1001;

	/** In ASCII, and in the very letters that Python writes. */
	private static final byte[] ANSWER = JsonMapper.builder()
		.enable(JsonWriteFeature.ESCAPE_NON_ASCII)
		.disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
		.build()
		.writeValueAsBytes("我收到你的信息了!");

	private final Traffic traffic;

	Private(Traffic traffic) {
		super(HEADER, BODY_SIZE);
		this.traffic = traffic;
	}

	@Override
	protected void frameReceived(Values header, byte[] body) {
		sendFrame(ANSWER, VERSION, ANSWER.length, ACKNOWLEDGED);
		this.traffic.served("private", body.length);
	}

}
