import { parseArgs } from 'node:util';
import { kafkaClient } from './setup/kafka-client.mjs';
import { checkNode, nodeModules } from './setup/node-modules.mjs';
import { SetupError, say } from './setup/run.mjs';
import { benchServices, testServices } from './setup/test-services.mjs';

const help = `Usage: node scripts/setup.mjs [--test] [--bench] [--quiet]

Makes a clone ready to run: npm packages, and a Kafka client whose native binary loads. When all is in place it changes nothing.
  --test   also what the integration tests need: Apache Kafka and Apicurio Registry from Maven Central, a Python environment,
           promtool from Debian's packages
  --bench  also what the Kafka benchmark needs: Apache Kafka and Kafka Streams from Maven Central, and the latter's program compiled
  --quiet  prints nothing when there is nothing to do
`;

const main = async ({ test, bench, quiet }) => {
  checkNode();
  await nodeModules();
  const librdkafka = await kafkaClient();
  const services = [...(test ? await testServices() : []), ...(bench ? await benchServices() : [])];
  if (quiet) return;
  say(`ready: Node ${process.versions.node}, npm packages as locked, Kafka client with librdkafka ${librdkafka}`);
  for (const line of services) say(line);
};

const { values } = parseArgs({
  options: { test: { type: 'boolean' }, bench: { type: 'boolean' }, quiet: { type: 'boolean' }, help: { type: 'boolean' } },
});

if (values.help) process.stdout.write(help);
else {
  main(values).catch((error) => {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.log === '' ? '' : `${error.log}\n\n`}setup: ${error.message}\n`);
    process.exitCode = 1;
  });
}
