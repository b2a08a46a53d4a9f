package millrace.bench;

import java.time.Duration;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The job: forwards the valid scores, and tells their count and sum for each model and minute.
 *
 * Written with the DSL as Kafka Streams' documentation does it. To the repartition topic goes the value alone, not the whole record, since
 * a careful user would see to that.
 */
final class Job {
  private Job() {}

  static Topology topology(Options options, Progress progress) {
    Schema sumSchema = new Schema.Parser().parse(options.text("sumSchema"));
    Serde<GenericRecord> scores = AvroSerde.of(new Schema.Parser().parse(options.text("scoreSchema")), options.number("scoreId"));
    Serde<GenericRecord> sums = AvroSerde.of(sumSchema, options.number("sumId"));
    StreamsBuilder builder = new StreamsBuilder();

    KStream<String, GenericRecord> valid = builder
        .stream(options.text("scores"), Consumed.with(Serdes.String(), scores).withTimestampExtractor((read, time) -> timeOf(read.value())))
        .peek((id, score) -> progress.read())
        .filter((id, score) -> isValid(score));

    valid.to(options.text("valid"), Produced.with(Serdes.String(), scores));

    valid
        .map((id, score) -> KeyValue.pair(score.get("model").toString(), (Double) score.get("value")))
        .groupByKey(Grouped.with("by-model", Serdes.String(), Serdes.Double()))
        .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofMinutes(1), Duration.ofHours(1)))
        .aggregate(() -> Total.NONE, (model, value, total) -> progress.added(total.plus(value)), store(options))
        .toStream()
        .map((window, total) -> KeyValue.pair(window.key(), row(sumSchema, window, total)))
        .to(options.text("sums"), Produced.with(Serdes.String(), sums));
    return builder.build();
  }

  private static Materialized<String, Total, WindowStore<Bytes, byte[]>> store(Options options) {
    return Materialized.<String, Total, WindowStore<Bytes, byte[]>>as("sum-1m")
        .withKeySerde(Serdes.String())
        .withValueSerde(Total.SERDE)
        .withStoreType(options.text("store").equals("memory") ? Materialized.StoreType.IN_MEMORY : Materialized.StoreType.ROCKS_DB);
  }

  private static boolean isValid(GenericRecord score) {
    double value = (Double) score.get("value");
    return value >= 0 && value <= 1 && ((CharSequence) score.get("model")).length() > 0;
  }

  /** Milliseconds; the field has microseconds. */
  private static long timeOf(Object score) {
    return (Long) ((GenericRecord) score).get("at") / 1_000;
  }

  private static GenericRecord row(Schema schema, Windowed<String> window, Total total) {
    GenericRecord row = new GenericData.Record(schema);
    row.put("model", window.key());
    row.put("start", window.window().start());
    row.put("n", total.count());
    row.put("sum", total.sum());
    return row;
  }
}
