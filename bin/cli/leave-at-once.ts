/** Exit codes that stand for signals, as shells write them. */
const signals: Readonly<Record<number, NodeJS.Signals>> = { 130: 'SIGINT', 137: 'SIGKILL', 143: 'SIGTERM' };

/**
 * Ends this process without waiting for anything. With a code of 128 + n it dies of signal n, which a shell reports as that code.
 *
 * `process.exit` waits for the threads of Node's pool, and a call of the Kafka client to a broker that does not answer holds one for a minute.
 */
export const leaveAtOnce = (code: number): void => {
  process.emit('exit', code);
  const signal = signals[code];
  if (signal !== undefined) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
  // The first process of a container is deaf to signals of its own.
  process.exit(code);
};
