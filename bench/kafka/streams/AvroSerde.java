package millrace.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Generic Avro records in Confluent's wire format, as Confluent's own serde has them: a zero byte, the schema id, the body. Readers,
 * writers, decoders and encoders are made once and used again, and Avro's faster reader is switched on. For one thread.
 */
final class AvroSerde {
  private static final int HEADER = 5;

  private final int schemaId;
  private final GenericDatumReader<GenericRecord> reader;
  private final GenericDatumWriter<GenericRecord> writer;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);
  private BinaryDecoder decoder;
  private BinaryEncoder encoder;

  private AvroSerde(Schema schema, int schemaId) {
    GenericData data = new GenericData();
    data.setFastReaderEnabled(true);
    this.schemaId = schemaId;
    this.reader = new GenericDatumReader<>(schema, schema, data);
    this.writer = new GenericDatumWriter<>(schema, data);
  }

  static Serde<GenericRecord> of(Schema schema, int schemaId) {
    AvroSerde codec = new AvroSerde(schema, schemaId);
    return Serdes.serdeFrom(codec::serialize, codec::deserialize);
  }

  private GenericRecord deserialize(String topic, byte[] bytes) {
    if (bytes == null) return null;
    if (bytes.length < HEADER || bytes[0] != 0 || ByteBuffer.wrap(bytes).getInt(1) != schemaId) {
      throw new SerializationException("A record of " + topic + " is not of schema " + schemaId);
    }
    try {
      decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, decoder);
      return reader.read(null, decoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] serialize(String topic, GenericRecord record) {
    if (record == null) return null;
    try {
      out.reset();
      out.write(ByteBuffer.allocate(HEADER).put((byte) 0).putInt(schemaId).array());
      encoder = EncoderFactory.get().directBinaryEncoder(out, encoder);
      writer.write(record, encoder);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
