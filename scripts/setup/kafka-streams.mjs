import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { debianPackages, hasProgram } from './debian.mjs';
import { mavenJars, namedByContent } from './maven.mjs';
import { cachedFolder, root } from './paths.mjs';
import { must } from './run.mjs';

const folder = path.join(root, 'bench', 'kafka', 'streams');
const pom = path.join(folder, 'pom.xml');

const sources = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.java'))
    .map((name) => path.join(folder, name));

/** Resolves to a folder with the jars of Kafka Streams and of Avro for Java. */
export const streamsJars = () => mavenJars('kafka-streams', pom, 'fetching Kafka Streams from Maven Central');

/** Resolves to a folder with the compiled programs of `bench/kafka/streams`. Compiles again when a source has changed. */
export const streamsClasses = async () => {
  if (!hasProgram('javac', '-version')) await debianPackages(['openjdk-17-jdk-headless'], 'compile the program on Kafka Streams');
  const jars = await streamsJars();
  const hash = createHash('sha256').update(namedByContent('jars', pom));
  for (const file of sources()) hash.update(readFileSync(file));
  return cachedFolder(`kafka-streams-classes-${hash.digest('hex').slice(0, 12)}`, (staging) =>
    must(['javac', '-d', staging, '-cp', `${jars}/*`, ...sources()], 'The program on Kafka Streams does not compile.'),
  );
};
