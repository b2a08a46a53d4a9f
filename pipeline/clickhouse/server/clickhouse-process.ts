import { serveClickHouse } from './serve-clickhouse.ts';

const [path, port] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: clickhouse-process DATA_PATH [PORT]');

const served = await serveClickHouse({ path, port: Number(port ?? 0) });

const stop = (): void => void served.close().then(() => process.exit(0));

process.once('SIGTERM', stop);
// Whoever started this process is gone, and it must not outlive them.
process.once('disconnect', stop);
if (process.send === undefined) process.stdout.write(`${served.url}\n`);
else process.send({ url: served.url });
