package millrace.bench;

import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** What is kept of a window: how many records went in, and the sum of their values. */
record Total(long count, double sum) {
  static final Total NONE = new Total(0, 0);

  static final Serde<Total> SERDE = Serdes.serdeFrom((topic, total) -> write(total), (topic, bytes) -> read(bytes));

  Total plus(double value) {
    return new Total(count + 1, sum + value);
  }

  private static byte[] write(Total total) {
    return total == null ? null : ByteBuffer.allocate(16).putLong(total.count).putDouble(total.sum).array();
  }

  private static Total read(byte[] bytes) {
    if (bytes == null) return null;
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Total(buffer.getLong(), buffer.getDouble());
  }
}
