import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type AccessRule, accessRules } from '../../bin/acls/access-rules.ts';
import { aclCommands } from '../../bin/acls/acl-commands.ts';
import { readSettings } from '../../bin/cli/settings.ts';
import { kafkaSecurity } from '../../bin/services/credentials.ts';
import { type EmbeddedRegistry, startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { feedback } from '../../topologies/feedback/topology.ts';
import { OwnServer } from '../pipeline/clickhouse/own-server.ts';
import { cutData } from '../support/cut-data.ts';
import { type Millrace, runMillrace, startMillrace } from '../support/millrace.ts';
import { prepared } from '../support/prepared.ts';
import { isRead, readAll, sendFeedback } from '../support/security/feedback-log.ts';
import { type SecureKafka, startSecureKafka } from '../support/security/secure-kafka.ts';
import { skipBecause } from '../support/skip-because.ts';
import { until } from '../support/until.ts';

type Flags = Readonly<Record<string, string>>;
type User = 'admin' | 'feedback' | 'stranger';

/** What is written into files for nobody else to see. */
const secrets = /s3cret-of-feedback|oauth-s3cret|admin-6d1f|stranger-77a0|PRIVATE KEY/;

const flagged = (flags: Flags): ReadonlyArray<string> =>
  Object.entries(flags).flatMap(([name, value]) => [`--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value]);

describe('a Kafka that lets in only whom it knows', function () {
  this.timeout(120_000);
  const open: (() => Promise<unknown>)[] = [];
  let kafka: SecureKafka;
  let admin: Cluster;

  const file = (name: string, text: string): string => {
    writeFileSync(path.join(kafka.authority.folder, name), text);
    return path.join(kafka.authority.folder, name);
  };

  const trusted = (): Flags => ({ kafka: kafka.sasl, kafkaCa: kafka.authority.ca });
  const asUser = (user: User): Flags => ({ ...trusted(), kafkaUser: user, kafkaPasswordFile: kafka.passwordOf(user) });
  const asClient = (secret: string): Flags => ({
    ...trusted(),
    kafkaTokenUrl: `${kafka.tokens.url}/token`,
    kafkaTokenScope: 'kafka',
    kafkaUser: kafka.tokens.client.id,
    kafkaPasswordFile: file('client-secret', secret),
  });
  const asCertified = async (name: string): Promise<Flags> => {
    const { certificate, key } = await kafka.authority.identity(name);
    return { kafka: kafka.mutualTls, kafkaCa: kafka.authority.ca, kafkaCertificate: certificate, kafkaKey: key };
  };

  const clusterFor = (flags: Flags, connectTimeoutMs = 10_000): Cluster => {
    const settings = readSettings({ flags, env: {} });
    const security = kafkaSecurity(settings);
    return kafkaCluster({ brokers: settings.kafka ?? '', clientId: 'security-test', clock: systemClock, security, connectTimeoutMs });
  };

  const target = (): Parameters<typeof aclCommands>[1] => ({
    principal: 'User:feedback',
    bootstrap: kafka.sasl,
    commandConfig: kafka.adminConfig,
  });

  before(async function () {
    const found = prepared('kafka');
    if ('missing' in found) skipBecause(this, `Apache Kafka: ${found.missing}`);
    kafka = await startSecureKafka();
    open.push(() => kafka.close());
    admin = clusterFor(asUser('admin'));
    open.push(() => admin.close());
    const created = await runMillrace(['topics', 'feedback', ...flagged(asUser('admin')), '--create', '--partitions', '2']);
    assert.equal(created.code, 0, created.stderr);
    const flags = ['--kafka', kafka.sasl, '--command-config', kafka.adminConfig];
    const { code, stdout } = await runMillrace(['acls', 'feedback', ...flags]);
    assert.equal(code, 0);
    await kafka.runAclCommand(stdout);
    await kafka.runAclCommand(
      aclCommands(accessRules(feedback, 'feedback').slice(0, 1), { ...target(), principal: 'User:CN=feedback' })[0] ?? '',
    );
  });

  after(async () => {
    for (const close of open.toReversed()) await close();
  });

  const partitions = async (flags: Flags, timeoutMs?: number): Promise<number | undefined> => {
    const cluster = clusterFor(flags, timeoutMs);
    try {
      return (await (await cluster.admin()).partitions(['feedback.received'])).get('feedback.received');
    } finally {
      await cluster.close();
    }
  };

  const admitted: Readonly<Record<string, () => Flags | Promise<Flags>>> = {
    'a user by SCRAM-SHA-512': () => asUser('feedback'),
    'a user by SCRAM-SHA-256': () => ({ ...asUser('feedback'), kafkaMechanism: 'SCRAM-SHA-256' }),
    'a client of OAuth that asks for its tokens': () => asClient(kafka.tokens.client.secret),
    'the token that a file holds': () => ({ ...trusted(), kafkaTokenFile: file('token', kafka.tokens.tokenFor('feedback')) }),
    'a certificate': () => asCertified('feedback'),
  };
  for (const [what, access] of Object.entries(admitted)) {
    it(`lets in ${what}`, async () => assert.equal(await partitions(await access()), 2));
  }

  const refused: Readonly<Record<string, readonly [() => Flags | Promise<Flags>, RegExp]>> = {
    'a wrong password': [
      () => ({ ...asUser('feedback'), kafkaPasswordFile: file('wrong', 'wrong') }),
      /^Connecting to .*[Aa]uthentication failed/,
    ],
    'whoever does not trust it': [
      async () => ({ ...asUser('feedback'), kafkaCa: (await kafka.authority.identity('other')).certificate }),
      /^Connecting to .*certificate verify failed/,
    ],
    'whoever has no certificate': [() => ({ kafka: kafka.mutualTls, kafkaCa: kafka.authority.ca }), /^Connecting to .*certificate/],
    'a client whose secret is wrong': [() => asClient('oauth-s3cret-no'), /^Connecting to .*invalid_client.*401/],
    'a token that has ended': [
      () => ({ ...trusted(), kafkaTokenFile: file('old-token', kafka.tokens.tokenFor('feedback', -60)) }),
      /^Connecting to /,
    ],
    'a user without rules': [() => asUser('stranger'), /^Describing topic 'feedback.received': Broker: Topic authorization failed/],
  };
  for (const [what, [access, message]] of Object.entries(refused)) {
    it(`refuses ${what}, and says so without the secret`, async () => {
      await assert.rejects(partitions(await access(), 3_000), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, secrets);
        assert.equal('code' in error && error.code, 'not_authorized');
        return true;
      });
    });
  }

  describe('and the shipped topology under exactly the rules that it asks for', () => {
    let registry: EmbeddedRegistry;
    let run: ReadonlyArray<string>;
    let running: Millrace | undefined;

    const start = (): Millrace => {
      running = startMillrace(run);
      return running;
    };

    const page = async (url: string): Promise<string> => (await fetch(url)).text();

    before(async () => {
      registry = await startEmbeddedRegistry();
      open.push(() => registry.close());
      const server = await OwnServer.start();
      open.push(() => server.stop());
      const login = file('login', 's3cret-of-feedback-elsewhere');
      const services: Flags = {
        ...asUser('feedback'),
        registry: registry.url,
        registryUser: 'feedback',
        registryPasswordFile: login,
        clickhouse: await server.database(),
        clickhouseUser: 'default',
        clickhousePasswordFile: file('no-password', '-'),
      };
      run = ['run', 'feedback', '--migrate', ...flagged(services), '--slot', '0', '--health-port', '0', '--log-level', 'debug'];
    });

    afterEach(() => running?.kill());

    it('runs from end to end, and shows no secret on any page or in any line', async () => {
      const data = cutData(path.join(kafka.authority.folder, 'data'), 24);
      const { training, rejected } = await sendFeedback(admin, registry.url, data);
      const process = start();
      const [, url = ''] = await process.printed(/runs: (\S+)\/status/);
      const read = ['feedback.received', 'inference.logged'];
      await until('all input is read', () => isRead(admin, 'feedback', read), { within: 60_000, every: 200 });
      for (const [topic, wanted] of Object.entries(training)) assert.equal((await readAll(admin, topic)).length, wanted, topic);
      const dead = await readAll(admin, 'feedback.dead-letter');
      assert.equal(
        dead.length,
        Object.values(rejected).reduce((sum, count) => sum + count, 0),
      );
      const rows = 'millrace.feedback.outcome-rows.delivery';
      await until('rows are delivered', () => isRead(admin, 'feedback.outcome-rows.delivery', [rows]), { within: 60_000, every: 200 });
      const pages = await Promise.all(['/status', '/metrics', '/graph.json', '/readyz'].map((name) => page(url + name)));
      process.signal('SIGTERM');
      const { code, stdout, stderr } = await process.ended;
      assert.equal(code, 0, stderr);
      assert.doesNotMatch([stdout, stderr, ...pages].join('\n'), secrets);
    });

    /** A topology that lacks one rule, and how its process ends. */
    const lacking: Readonly<Record<string, readonly [(rule: AccessRule) => boolean, RegExp]>> = {
      'reading a source': [({ name }) => name === 'inference.logged', /^not_authorized: Describing topic 'inference\.logged': /m],
      'its internal topics': [
        ({ name }) => name === 'millrace.feedback.',
        /^not_authorized: Describing topic 'millrace\.feedback\.[a-z.-]+': /m,
      ],
      'its group': [
        ({ name, resource }) => resource === 'GROUP' && name === 'feedback',
        /^not_authorized: .*group 'feedback'.*Group authorization failed/m,
      ],
      'the group of a delivery': [
        ({ name }) => name === 'feedback.quality-rows.delivery',
        /^not_authorized: .*group 'feedback\.quality-rows\.delivery'/m,
      ],
      'its transactional ids': [({ name }) => name === 'feedback-', /^not_authorized: Initialising transactions of 'feedback-0': /m],
      'writing rejects': [
        ({ name }) => name === 'feedback.dead-letter',
        /^not_authorized: .*'feedback\.dead-letter': Broker: Topic authorization failed/m,
      ],
    };
    for (const [what, [lacks, message]] of Object.entries(lacking)) {
      it(`ends where a rule is missing for ${what}, and names it`, async () => {
        const [command = ''] = aclCommands(accessRules(feedback, 'feedback').filter(lacks), target());
        await kafka.runAclCommand(command.replace(' --add ', ' --remove --force '));
        const producer = await admin.producer();
        await producer.send({ topic: 'feedback.received', key: Buffer.from('k'), value: Buffer.from('no record') });
        await producer.close();
        const { code, stderr } = await start().ended;
        await kafka.runAclCommand(command);
        assert.match(stderr, message);
        assert.match(stderr, /`millrace acls` prints those that a topology needs/);
        assert.equal(code, 1);
      });
    }
  });
});
