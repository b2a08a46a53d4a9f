package millrace.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Compares what programs have written with what the input says that they must write, by brute force. It reads Kafka with the plain consumer
 * and Avro by hand, and knows the rule and the schemas from nobody.
 *
 * Each valid record must be forwarded exactly once, key and body unchanged to the byte; of each model and minute the last row that was
 * written must have the count and the sum, exactly. Prints one line of JSON for each run, with the first differences if there are any.
 */
public final class CheckOutputs {
  private static final int HEADER = 5;
  private static final int MOST_TOLD = 5;
  private static final long MINUTE_MICROS = 60_000_000;

  private final String bootstrap;
  private final byte[][] expected;
  private final Map<String, Row> expectedRows = new HashMap<>();
  private int validCount;

  private CheckOutputs(String bootstrap, int records) {
    this.bootstrap = bootstrap;
    this.expected = new byte[records][];
  }

  private record Row(long n, double sum) {}

  public static void main(String[] args) {
    Options options = new Options(args);
    CheckOutputs check = new CheckOutputs(options.text("bootstrap"), options.number("records"));
    check.each(options.text("scores"), check::expect);
    for (String run : options.text("runs").split(",")) {
      List<String> wrong = new ArrayList<>();
      int forwarded = check.forwarded(options.text("valid") + run, wrong);
      int rows = check.rows(options.text("sums") + run, wrong);
      String told = wrong.stream().limit(MOST_TOLD).map(text -> "\"" + text + "\"").collect(Collectors.joining(","));
      System.out.printf("{\"run\":\"%s\",\"valid\":%d,\"sums\":%d,\"wrong\":[%s]}%n", run, forwarded, rows, told);
    }
  }

  private void expect(ConsumerRecord<byte[], byte[]> record) {
    ByteBuffer body = bodyOf(record);
    text(body);
    String model = text(body);
    long minute = Math.floorDiv(number(body), MINUTE_MICROS) * 60_000;
    double value = body.getDouble();
    if (value < 0 || value > 1 || model.isEmpty()) return;
    validCount += 1;
    expected[numberOf(record)] = record.value();
    expectedRows.merge(model + " at " + minute, new Row(1, value), (a, b) -> new Row(a.n + b.n, a.sum + b.sum));
  }

  private int forwarded(String topic, List<String> wrong) {
    BitSet seen = new BitSet(expected.length);
    each(topic, record -> {
      int number = numberOf(record);
      String id = new String(record.key(), StandardCharsets.UTF_8);
      if (!isSame(expected[number], record.value())) wrong.add(id + " is not what was read");
      else if (seen.get(number)) wrong.add(id + " was forwarded twice");
      seen.set(number);
    });
    if (seen.cardinality() < validCount) wrong.add((validCount - seen.cardinality()) + " valid records are missing");
    return seen.cardinality();
  }

  /** The id in front of the body belongs to the topic, so it may differ. */
  private static boolean isSame(byte[] read, byte[] written) {
    return read != null && Arrays.equals(read, HEADER, read.length, written, HEADER, written.length);
  }

  private int rows(String topic, List<String> wrong) {
    Map<String, Row> last = new HashMap<>();
    each(topic, record -> {
      ByteBuffer body = bodyOf(record);
      String place = text(body) + " at " + number(body);
      last.put(place, new Row(number(body), body.getDouble()));
    });
    Set<String> places = new HashSet<>(expectedRows.keySet());
    places.addAll(last.keySet());
    for (String place : places) {
      Row must = expectedRows.get(place);
      Row is = last.get(place);
      if (must == null || !must.equals(is)) wrong.add(place + " has " + is + " where " + must + " is right");
    }
    return last.size();
  }

  /** Reads what is committed in a topic, from the beginning to the end that it has now; partitions in their order. */
  private void each(String topic, Consumer<ConsumerRecord<byte[], byte[]>> take) {
    ByteArrayDeserializer asIs = new ByteArrayDeserializer();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties(), asIs, asIs)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream().map(info -> new TopicPartition(topic, info.partition())).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(at -> consumer.position(at) < ends.get(at))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) take.accept(record);
      }
    }
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    return properties;
  }

  /** The number at the end of a record's key. */
  private static int numberOf(ConsumerRecord<byte[], byte[]> record) {
    String key = new String(record.key(), StandardCharsets.UTF_8);
    return Integer.parseInt(key.substring(key.lastIndexOf('-') + 1));
  }

  private static ByteBuffer bodyOf(ConsumerRecord<byte[], byte[]> record) {
    byte[] bytes = record.value();
    return ByteBuffer.wrap(bytes, HEADER, bytes.length - HEADER).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Avro's variable-length number. */
  private static long number(ByteBuffer from) {
    long coded = 0;
    int shift = 0;
    byte next;
    do {
      next = from.get();
      coded |= (next & 0x7fL) << shift;
      shift += 7;
    } while (next < 0);
    return (coded >>> 1) ^ -(coded & 1);
  }

  private static String text(ByteBuffer from) {
    byte[] bytes = new byte[(int) number(from)];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
