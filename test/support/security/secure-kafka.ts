import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../free-port.ts';
import { type KafkaBroker, startKafka } from '../kafka.ts';
import { prepared } from '../prepared.ts';
import { type Authority, makeAuthority } from './certificates.ts';
import { startTokenServer, type TokenServer } from './token-server.ts';

/** A Kafka that lets in nobody whom it does not know, and denies what no rule allows. */
export interface SecureKafka {
  /** SASL over TLS: SCRAM and OAuth. */
  readonly sasl: string;
  /** TLS with certificates on both sides. */
  readonly mutualTls: string;
  readonly authority: Authority;
  readonly tokens: TokenServer;
  /** Client properties of the user `admin`, who may do everything, for Kafka's own tools. */
  readonly adminConfig: string;
  /** The path of a file that holds the password of a user. */
  readonly passwordOf: (user: User) => string;
  /** Runs commands of Kafka's tool for access rules, as they are printed for a shell. */
  readonly runAclCommand: (command: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

type User = 'admin' | 'feedback' | 'stranger';

const passwords: Readonly<Record<User, string>> = { admin: 'admin-6d1f', feedback: 's3cret-of-feedback-9c2e', stranger: 'stranger-77a0' };

const run = promisify(execFile);
const inOneLine = (pem: string): string => pem.trimEnd().replaceAll('\n', '\\n');
const sasl = 'listener.name.sasl_ssl';
const oauth = 'org.apache.kafka.common.security.oauthbearer';

const properties = async (
  authority: Authority,
  tokens: TokenServer,
  ports: Readonly<Record<string, number>>,
): Promise<Record<string, string>> => {
  const { pem } = await authority.identity('broker');
  const listeners = Object.entries(ports).map(([name, port]) => `${name}://127.0.0.1:${port}`);
  return {
    listeners: listeners.join(','),
    'advertised.listeners': listeners.filter((listener) => !listener.startsWith('CONTROLLER')).join(','),
    'listener.security.protocol.map': 'SASL_SSL:SASL_SSL,SSL:SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'INTERNAL',
    'controller.quorum.voters': `1@127.0.0.1:${ports.CONTROLLER}`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': 'false',
    'super.users': 'User:admin;User:ANONYMOUS',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.certificate.chain': inOneLine(pem.certificate),
    'ssl.keystore.key': inOneLine(pem.key),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.certificates': inOneLine(authority.pem),
    'listener.name.ssl.ssl.client.auth': 'required',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    [`${sasl}.scram-sha-256.sasl.jaas.config`]: 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    [`${sasl}.scram-sha-512.sasl.jaas.config`]: 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    [`${sasl}.oauthbearer.sasl.jaas.config`]: `${oauth}.OAuthBearerLoginModule required;`,
    [`${sasl}.oauthbearer.sasl.server.callback.handler.class`]: `${oauth}.OAuthBearerValidatorCallbackHandler`,
    [`${sasl}.oauthbearer.sasl.oauthbearer.jwks.endpoint.url`]: `${tokens.url}/keys`,
    [`${sasl}.oauthbearer.sasl.oauthbearer.expected.audience`]: 'kafka',
  };
};

const scram = (Object.keys(passwords) as User[]).flatMap((user) =>
  ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => ['--add-scram', `${mechanism}=[name=${user},password=${passwords[user]}]`]),
);

const clientProperties = (authority: Authority): string =>
  [
    'security.protocol=SASL_SSL',
    'sasl.mechanism=SCRAM-SHA-512',
    `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="${passwords.admin}";`,
    'ssl.truststore.type=PEM',
    `ssl.truststore.location=${authority.ca}`,
    '',
  ].join('\n');

const runTool = async (command: string): Promise<void> => {
  const found = prepared('kafka');
  if ('missing' in found) throw new Error(found.missing);
  const tool = 'function kafka-acls { java -Xmx256m -cp "$JARS/*" org.apache.kafka.tools.AclCommand "$@"; }';
  await run('bash', ['-c', `${tool}; ${command}`], { env: { ...process.env, JARS: found.path } });
};

/** Starts one, with the users `admin`, `feedback` and `stranger`. No rule is there yet. */
export const startSecureKafka = async (): Promise<SecureKafka> => {
  const authority = await makeAuthority();
  const tokens = await startTokenServer();
  const ports = { SASL_SSL: await freePort(), SSL: await freePort(), INTERNAL: await freePort(), CONTROLLER: await freePort() };
  const jvm = [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${tokens.url}/keys`];
  const broker: KafkaBroker = await startKafka(await properties(authority, tokens, ports), { format: scram, jvm });
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(authority.folder, name), text, { mode: 0o600 });
    return path.join(authority.folder, name);
  };
  return {
    sasl: `127.0.0.1:${ports.SASL_SSL}`,
    mutualTls: `127.0.0.1:${ports.SSL}`,
    authority,
    tokens,
    adminConfig: file('admin.properties', clientProperties(authority)),
    passwordOf: (user) => file(`${user}.password`, `${passwords[user]}\n`),
    runAclCommand: runTool,
    close: async () => {
      await broker.close();
      await tokens.close();
      await authority.close();
    },
  };
};
