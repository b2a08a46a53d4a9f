import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { debianProgram } from './debian-program.mjs';
import { streamsClasses, streamsJars } from './kafka-streams.mjs';
import { kafkaJars, registryJars } from './maven.mjs';
import { localCache } from './paths.mjs';
import { mlflowEnvironment, pythonEnvironment } from './python.mjs';
import { SetupError, say } from './run.mjs';

/** Where the tests find what set-up prepared, or read why it is missing. */
const listFile = path.join(localCache, 'test-services.json');

const kafka = ['kafka', 'Apache Kafka', kafkaJars];
const forTests = [
  kafka,
  ['registry', 'Apicurio Registry', registryJars],
  ['python', "the foreign client's Python", pythonEnvironment],
  ['mlflow', 'an MLflow server', mlflowEnvironment],
  ['promtool', "Prometheus' promtool", () => debianProgram('prometheus', 'usr/bin/promtool')],
];
const forBenchmarks = [kafka, ['streams-jars', 'Kafka Streams', streamsJars], ['streams-classes', 'its program', streamsClasses]];

const prepare = async ([id, title, make]) => {
  try {
    return [id, { path: await make() }, title];
  } catch (error) {
    if (!(error instanceof SetupError) || process.env.CI !== undefined) throw error;
    say(`${title} cannot be had, and what needs it will be skipped. ${error.message}`);
    return [id, { missing: error.message.split('\n')[0] }, title];
  }
};

const writeIfChanged = (text) => {
  if (existsSync(listFile) && readFileSync(listFile, 'utf8') === text) return;
  mkdirSync(localCache, { recursive: true });
  writeFileSync(listFile, text);
};

const known = () => (existsSync(listFile) ? JSON.parse(readFileSync(listFile, 'utf8')) : {});

const prepareAll = async (services) => {
  const found = [];
  for (const service of services) found.push(await prepare(service));
  writeIfChanged(`${JSON.stringify({ ...known(), ...Object.fromEntries(found) }, null, 2)}\n`);
  return found.map(([, entry, title]) => `${title}: ${entry.path ?? entry.missing}`);
};

/**
 * Prepares what the integration tests stand on, and writes down where it lies. What cannot be had is written down with the reason, so
 * that the tests skip by name; in CI it is an error instead. Resolves to one line for each service.
 */
export const testServices = () => prepareAll(forTests);

/** The same for what the Kafka benchmark stands on. */
export const benchServices = () => prepareAll(forBenchmarks);
