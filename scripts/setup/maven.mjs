import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { debianPackages, hasProgram } from './debian.mjs';
import { cachedFolder, root } from './paths.mjs';
import { must, step } from './run.mjs';

const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';
const kafkaPom = path.join(root, 'test', 'support', 'kafka', 'pom.xml');
const registryVersion = '2.6.13.Final';

const java = async () => {
  if (!hasProgram('java', '-version')) await debianPackages(['openjdk-17-jre-headless'], 'run Kafka and a registry');
};

const maven = async (goal, title) => {
  if (!hasProgram('mvn')) await debianPackages(['maven'], 'fetch Kafka and a registry');
  await step(title, () => must(['mvn', '-q', '-B', ...goal], `Maven could not do it: ${title}.`));
};

/** Name plus content, so that a changed list of artifacts gets a folder of its own. */
export const namedByContent = (name, file) => `${name}-${createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12)}`;

/** Resolves to a folder with the jars that a list of artifacts names, and those that they need. */
export const mavenJars = async (name, pom, title) => {
  await java();
  return cachedFolder(namedByContent(name, pom), (staging) =>
    maven(['-f', pom, `${plugin}:copy-dependencies`, `-DoutputDirectory=${staging}`, '-DincludeScope=runtime'], title),
  );
};

/** Resolves to a folder with the jars of a real Apache Kafka. */
export const kafkaJars = () => mavenJars('kafka', kafkaPom, 'fetching Apache Kafka from Maven Central');

/** Resolves to a folder with the runner jar of Apicurio Registry. */
export const registryJars = async () => {
  await java();
  return cachedFolder(`apicurio-registry-${registryVersion}`, async (staging) => {
    const artifact = `-Dartifact=io.apicurio:apicurio-registry-app:${registryVersion}:tar.gz:all`;
    await maven([`${plugin}:copy`, artifact, `-DoutputDirectory=${staging}`], 'fetching Apicurio Registry from Maven Central');
    const [archive] = readdirSync(staging).filter((name) => name.endsWith('.tar.gz'));
    await must(['tar', '-xzf', path.join(staging, archive), '-C', staging], 'The archive of Apicurio Registry could not be unpacked.');
    rmSync(path.join(staging, archive));
  });
};
