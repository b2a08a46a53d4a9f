package millrace.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what the job has done, and tells the program that measures it, in lines of JSON on standard output. */
final class Progress {
  private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final AtomicLong read = new AtomicLong();
  private final AtomicLong added = new AtomicLong();
  private final CountDownLatch complete = new CountDownLatch(1);
  private final long warmUp;
  private final long valid;

  /** {@code warmUp} records are read before the measurement begins; {@code valid} ones are to be added up in all. */
  Progress(long warmUp, long valid) {
    this.warmUp = warmUp;
    this.valid = valid;
  }

  void read() {
    if (read.incrementAndGet() == warmUp) say("warm");
  }

  Total added(Total total) {
    if (added.incrementAndGet() == valid) complete.countDown();
    return total;
  }

  void awaitComplete() throws InterruptedException {
    complete.await();
  }

  /** Tells that something has happened, and the CPU time of all threads so far. */
  void say(String event) {
    double cpuMs = SYSTEM.getProcessCpuTime() / 1e6;
    System.out.printf(Locale.ROOT, "{\"event\":\"%s\",\"fed\":%d,\"cpuMs\":%.3f}%n", event, read.get(), cpuMs);
  }
}
