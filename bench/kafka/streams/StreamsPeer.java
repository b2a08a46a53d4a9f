package millrace.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * Runs the job on Kafka Streams until standard input ends or says so. It prints its settings, then that it is warm, then what it took.
 *
 * All settings are the defaults but for the guarantee and the kind of store. At-least-once commits every 30 seconds by default and holds
 * its results back until then, so it is closed, which commits, as soon as it has added up everything.
 */
public final class StreamsPeer {
  private static final List<String> PRINTED = List.of(
      StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
      StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
      StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG,
      StreamsConfig.NUM_STREAM_THREADS_CONFIG,
      StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
      StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG);

  private StreamsPeer() {}

  public static void main(String[] args) throws Exception {
    Options options = new Options(args);
    Properties properties = properties(options);
    System.out.println(settings(options, properties));
    Progress progress = new Progress(options.number("warmUp"), options.number("validRecords"));
    Topology topology = Job.topology(options, progress);
    KafkaStreams streams = new KafkaStreams(topology, properties);
    streams.setUncaughtExceptionHandler(StreamsPeer::fail);
    closeWhenAsked(streams, progress);
    streams.start();
    progress.awaitComplete();
    if (options.text("guarantee").equals(StreamsConfig.AT_LEAST_ONCE)) streams.close();
  }

  private static Properties properties(Options options) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, options.text("application"));
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, options.text("bootstrap"));
    properties.put(StreamsConfig.STATE_DIR_CONFIG, options.text("stateDir"));
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, options.text("guarantee"));
    return properties;
  }

  private static String settings(Options options, Properties properties) {
    StreamsConfig config = new StreamsConfig(properties);
    String printed = PRINTED.stream()
        .map(name -> "\"" + name + "\":\"" + config.values().get(name) + "\"")
        .collect(Collectors.joining(","));
    String version = AppInfoParser.getVersion();
    return "{\"event\":\"ready\",\"settings\":{\"version\":\"%s\",\"store\":\"%s\",\"java\":\"%s\",%s}}"
        .formatted(version, options.text("store"), System.getProperty("java.version"), printed);
  }

  private static void closeWhenAsked(KafkaStreams streams, Progress progress) {
    Thread listener = new Thread(() -> {
      waitForWord();
      progress.say("done");
      streams.close(Duration.ofSeconds(10));
      Runtime.getRuntime().halt(0);
    });
    listener.start();
  }

  private static void waitForWord() {
    try {
      System.in.read();
    } catch (IOException e) {
      // Whoever started this has gone.
    }
  }

  private static StreamThreadExceptionResponse fail(Throwable error) {
    error.printStackTrace();
    Runtime.getRuntime().halt(1);
    throw new AssertionError("halted");
  }
}
