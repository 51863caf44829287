package org.sparkfinetune.report.watch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Records of TensorBoard's event files: a TFRecord (tensorflow/core/lib/io/record_writer.h) with an {@code Event} as
 * Protocol Buffers (tensorflow/core/util/event.proto). Scalars need only five of its fields; the library with all of
 * them is 14 MB.
 */
final class EventFile {
    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE = 2;

    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int LENGTH_AND_BYTES = 2;
    private static final int FOUR_BYTES = 5;

    private static final int MASK_DELTA = 0xa282ead8;

    private EventFile() {}

    /** Returns the first record of a file. */
    static byte[] header(double secondsSince1970) {
        Message event = new Message().real(EVENT_WALL_TIME, secondsSince1970);
        return record(event.bytes(EVENT_FILE_VERSION, "brain.Event:2".getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Returns a record with the values of one step.
     *
     * @param scalars values by tag, such as {@code epoch/loss}
     */
    static byte[] scalars(double secondsSince1970, long step, Map<String, Double> scalars) {
        Message summary = new Message();
        scalars.forEach((tag, value) -> summary.bytes(
                SUMMARY_VALUE,
                new Message()
                        .bytes(VALUE_TAG, tag.getBytes(StandardCharsets.UTF_8))
                        .real(VALUE_SIMPLE, value.floatValue())
                        .toByteArray()));
        return record(new Message()
                .real(EVENT_WALL_TIME, secondsSince1970)
                .whole(EVENT_STEP, step)
                .bytes(EVENT_SUMMARY, summary.toByteArray()));
    }

    private static byte[] record(Message event) {
        byte[] data = event.toByteArray();
        byte[] length = little(Long.BYTES).putLong(data.length).array();
        return little(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
                .put(length)
                .putInt(maskedChecksum(length))
                .put(data)
                .putInt(maskedChecksum(data))
                .array();
    }

    /**
     * The CRC32C, rotated and offset as TFRecord requires, since a checksum of data that contains checksums is weak.
     */
    static int maskedChecksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A Protocol Buffers message under construction. */
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message real(int field, double value) {
            key(field, EIGHT_BYTES);
            out.writeBytes(little(Double.BYTES).putDouble(value).array());
            return this;
        }

        Message real(int field, float value) {
            key(field, FOUR_BYTES);
            out.writeBytes(little(Float.BYTES).putFloat(value).array());
            return this;
        }

        Message whole(int field, long value) {
            key(field, VARINT);
            varint(value);
            return this;
        }

        Message bytes(int field, byte[] value) {
            key(field, LENGTH_AND_BYTES);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        private void key(int field, int type) {
            varint((long) field << 3 | type);
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }

        byte[] toByteArray() {
            return out.toByteArray();
        }
    }
}
