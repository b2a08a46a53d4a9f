import { z } from 'zod';
import { undeclaredPolicies } from '../../services/ingest/reference/policies.ts';

const memberships = ['dynamic', 'static'] as const;
const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const;

const whole = (least: number, most: number): z.ZodType<number, string> =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(least).max(most));

const name = z.string().regex(/^[a-zA-Z0-9._-]{1,100}$/);
const origins = /^https?:\/\/[^\s/,]+(,https?:\/\/[^\s/,]+)*$/;
const brokers = /^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$/;
const webAddress = /^https?:\/\/[^\s/]+\S*$/;
const database = /^(https?:\/\/[^\s/]+\S*|chdb:\S+)$/;

const text = z.string().optional();

/** What each setting takes, given as text. */
export const settingShape = z.object({
  kafka: z.string().regex(brokers).optional(),
  registry: z.string().regex(webAddress).optional(),
  clickhouse: z.string().regex(database).optional(),
  endpoints: text,
  slot: name.optional(),
  processes: whole(1, 64).optional(),
  stateDir: z.string().optional(),
  membership: z.enum(memberships).default('dynamic'),
  group: name.optional(),
  healthHost: z.string().default('127.0.0.1'),
  healthPort: whole(0, 65_535).optional(),
  logLevel: z.enum(levels).default('info'),
  graceSeconds: whole(1, 3_600).default(30),
  host: z.string().default('127.0.0.1'),
  port: whole(0, 65_535).default(8_080),
  grpcPort: whole(0, 65_535).optional(),
  keys: text,
  links: text,
  redaction: text,
  redactionKeyFile: text,
  tlsCert: text,
  tlsKey: text,
  tlsClientCa: text,
  jwtIssuer: text,
  jwtAudience: text,
  jwtJwks: text,
  jwtTenantClaim: z.string().default('tenant'),
  jwtScopeClaim: z.string().default('scope'),
  jwtLeewaySeconds: whole(0, 300).default(30),
  corsOrigin: z.string().regex(origins).optional(),
  keyRate: whole(1, 1_000_000).optional(),
  linkRate: whole(1, 1_000_000).default(10),
  tenantRate: whole(1, 1_000_000).optional(),
  ackSeconds: whole(1, 300).default(10),
  inFlightMib: whole(1, 65_536).default(64),
  undeclared: z.enum(undeclaredPolicies).default('reject'),
  upstream: z.string().regex(webAddress).optional(),
  ingest: z.string().regex(webAddress).optional(),
  keyFile: text,
  proxyHost: z.string().default('127.0.0.1'),
  proxyPort: whole(0, 65_535).default(11_435),
  proxyKeptKib: whole(1, 16_384).default(512),
  kafkaTls: z.enum(['true', 'false']).optional(),
  kafkaCa: text,
  kafkaCertificate: text,
  kafkaKey: text,
  kafkaKeyPasswordFile: text,
  kafkaUser: text,
  kafkaPasswordFile: text,
  kafkaMechanism: z.enum(mechanisms).optional(),
  kafkaTokenFile: text,
  kafkaTokenUrl: z.string().regex(webAddress).optional(),
  kafkaTokenScope: text,
  kafkaTokenCa: text,
  registryUser: text,
  registryPasswordFile: text,
  registryTokenFile: text,
  registryCa: text,
  registryCertificate: text,
  registryKey: text,
  clickhouseUser: text,
  clickhousePasswordFile: text,
  clickhouseTokenFile: text,
  clickhouseCa: text,
  clickhouseCertificate: text,
  clickhouseKey: text,
});

/** The settings of a process, checked. What is undefined was not given and has no default. */
export type Settings = Readonly<z.infer<typeof settingShape>>;

/** The name of a setting. Its flag is the name with dashes, e.g. `--health-port`. */
export type SettingName = keyof Settings;

const distinct = 'letters, digits, ".", "_" and "-"';
const authorities = 'the path of a PEM file with the authorities that are trusted';
const certificate = 'the path of a PEM file with a certificate of our own, for mutual TLS';
const key = 'the path of a PEM file with its key';
const secret = 'the path of a file that holds the password alone';
const token = 'the path of a file that holds a bearer token alone';

/** The environment variable of each setting, and in words what it takes. */
export const settingTable: Readonly<Record<SettingName, readonly [env: string, takes: string]>> = {
  kafka: ['MILLRACE_KAFKA', 'host:port, several with commas'],
  registry: ['MILLRACE_REGISTRY', "the base URL of a schema registry's API, e.g. http://registry:8081"],
  clickhouse: ['MILLRACE_CLICKHOUSE', 'http(s)://user:password@host:8123/database, or chdb:PATH for ClickHouse in this process'],
  endpoints: ['MILLRACE_ENDPOINTS', 'the path of a JSON file that tells where each endpoint is'],
  slot: ['MILLRACE_SLOT', `a text that no other process of the topology uses: ${distinct}`],
  processes: ['MILLRACE_PROCESSES', 'a whole number from 1 to 64: as many processes, watched and restarted by this one'],
  stateDir: ['MILLRACE_STATE_DIR', 'the path of a folder on a local disk, in which state is kept under the slot'],
  membership: [
    'MILLRACE_MEMBERSHIP',
    'dynamic: others take over at once from a process that leaves; static: its tasks wait 45 s for it to come back under its slot',
  ],
  group: ['MILLRACE_GROUP', `the name of the consumer group: ${distinct}`],
  healthHost: ['MILLRACE_HEALTH_HOST', 'the address that the health server listens on'],
  healthPort: ['MILLRACE_HEALTH_PORT', 'a port from 0 to 65535; 0 takes a free one'],
  logLevel: ['MILLRACE_LOG_LEVEL', levels.join(', ')],
  graceSeconds: ['MILLRACE_GRACE_SECONDS', 'whole seconds from 1 to 3600 that a drain may take'],
  host: ['MILLRACE_INGEST_HOST', 'the address that the ingestion API listens on'],
  port: ['MILLRACE_INGEST_PORT', 'the port of the ingestion API, from 0 to 65535; 0 takes a free one'],
  grpcPort: ['MILLRACE_INGEST_GRPC_PORT', 'the port on which the ingestion API takes gRPC, from 0 to 65535; 0 takes a free one'],
  keys: ['MILLRACE_INGEST_KEYS', 'the path of a JSON file with API keys, as millrace ingest keys makes it'],
  links: ['MILLRACE_INGEST_LINKS', 'the path of a JSON file with secrets of browser links, as millrace ingest links makes it'],
  redaction: ['MILLRACE_INGEST_REDACTION', 'the path of a JSON file with rules of what is taken out of bodies'],
  redactionKeyFile: ['MILLRACE_INGEST_REDACTION_KEY_FILE', 'the path of a file that holds the key of hashes of redaction alone'],
  tlsCert: ['MILLRACE_INGEST_TLS_CERT', 'the path of a PEM file with the certificate of the ingestion API and its chain'],
  tlsKey: ['MILLRACE_INGEST_TLS_KEY', key],
  tlsClientCa: [
    'MILLRACE_INGEST_TLS_CLIENT_CA',
    'the path of a PEM file with the authorities of client certificates, which are required then',
  ],
  jwtIssuer: ['MILLRACE_INGEST_JWT_ISSUER', 'whose JSON Web Tokens are taken, as their claim iss says it'],
  jwtAudience: ['MILLRACE_INGEST_JWT_AUDIENCE', 'for whom they have to be, as their claim aud says it'],
  jwtJwks: ['MILLRACE_INGEST_JWT_JWKS', 'where the public keys of the issuer are: an address with https, or the path of a file'],
  jwtTenantClaim: ['MILLRACE_INGEST_JWT_TENANT_CLAIM', 'the claim that names the tenant'],
  jwtScopeClaim: ['MILLRACE_INGEST_JWT_SCOPE_CLAIM', 'the claim that has the scopes, as a text with spaces or a list'],
  jwtLeewaySeconds: ['MILLRACE_INGEST_JWT_LEEWAY_SECONDS', 'whole seconds from 0 to 300 by which the clock of the issuer may differ'],
  corsOrigin: [
    'MILLRACE_INGEST_CORS_ORIGIN',
    'an origin whose pages may read answers, e.g. https://app.example.com; repeatable, or several with commas',
  ],
  keyRate: ['MILLRACE_INGEST_KEY_RATE', 'how many records a second one API key may send to this process'],
  linkRate: ['MILLRACE_INGEST_LINK_RATE', 'how many records a second the bearers of one browser link may send to this process'],
  tenantRate: ['MILLRACE_INGEST_TENANT_RATE', 'how many records a second the keys of one tenant may send to this process'],
  ackSeconds: ['MILLRACE_INGEST_ACK_SECONDS', 'whole seconds from 1 to 300 that the log may take to confirm a record'],
  inFlightMib: ['MILLRACE_INGEST_IN_FLIGHT_MIB', 'MiB of bodies and unconfirmed records that the ingestion API holds at most'],
  undeclared: ['MILLRACE_INGEST_UNDECLARED', 'what becomes of feedback for a signal that nobody has declared: reject, accept'],
  upstream: ['MILLRACE_PROXY_UPSTREAM', 'the URL of the OpenAI-compatible API that the proxy passes calls on to'],
  ingest: ['MILLRACE_PROXY_INGEST', 'the URL of the ingestion API that the proxy logs calls to'],
  keyFile: ['MILLRACE_PROXY_KEY_FILE', 'the path of a file that holds an API key of the ingestion API alone'],
  proxyHost: ['MILLRACE_PROXY_HOST', 'the address that the proxy listens on'],
  proxyPort: ['MILLRACE_PROXY_PORT', 'the port of the proxy, from 0 to 65535; 0 takes a free one'],
  proxyKeptKib: ['MILLRACE_PROXY_KEPT_KIB', 'KiB of a request, and of a response, that the proxy keeps for the log'],
  kafkaTls: ['MILLRACE_KAFKA_TLS', 'true or false'],
  kafkaCa: ['MILLRACE_KAFKA_CA', authorities],
  kafkaCertificate: ['MILLRACE_KAFKA_CERTIFICATE', certificate],
  kafkaKey: ['MILLRACE_KAFKA_KEY', key],
  kafkaKeyPasswordFile: ['MILLRACE_KAFKA_KEY_PASSWORD_FILE', 'the path of a file that holds the password of the key alone'],
  kafkaUser: ['MILLRACE_KAFKA_USER', 'the name of a SASL user; of a client of OAuth with --kafka-token-url'],
  kafkaPasswordFile: ['MILLRACE_KAFKA_PASSWORD_FILE', secret],
  kafkaMechanism: ['MILLRACE_KAFKA_MECHANISM', mechanisms.join(', ')],
  kafkaTokenFile: ['MILLRACE_KAFKA_TOKEN_FILE', 'the path of a file that holds a JWT alone, which somebody keeps current'],
  kafkaTokenUrl: ['MILLRACE_KAFKA_TOKEN_URL', 'the URL that gives tokens of OAuth to --kafka-user for its password'],
  kafkaTokenScope: ['MILLRACE_KAFKA_TOKEN_SCOPE', 'the scope that is asked for at --kafka-token-url'],
  kafkaTokenCa: ['MILLRACE_KAFKA_TOKEN_CA', `${authorities} behind --kafka-token-url`],
  registryUser: ['MILLRACE_REGISTRY_USER', 'the name of a user of the registry'],
  registryPasswordFile: ['MILLRACE_REGISTRY_PASSWORD_FILE', secret],
  registryTokenFile: ['MILLRACE_REGISTRY_TOKEN_FILE', token],
  registryCa: ['MILLRACE_REGISTRY_CA', authorities],
  registryCertificate: ['MILLRACE_REGISTRY_CERTIFICATE', certificate],
  registryKey: ['MILLRACE_REGISTRY_KEY', key],
  clickhouseUser: ['MILLRACE_CLICKHOUSE_USER', 'the name of a user of ClickHouse'],
  clickhousePasswordFile: ['MILLRACE_CLICKHOUSE_PASSWORD_FILE', secret],
  clickhouseTokenFile: ['MILLRACE_CLICKHOUSE_TOKEN_FILE', token],
  clickhouseCa: ['MILLRACE_CLICKHOUSE_CA', authorities],
  clickhouseCertificate: ['MILLRACE_CLICKHOUSE_CERTIFICATE', certificate],
  clickhouseKey: ['MILLRACE_CLICKHOUSE_KEY', key],
};

/** What takes the place of settings that are not given, where that is found out later. */
export const laterDefaults: Readonly<Partial<Record<SettingName, string>>> = {
  slot: 'a random one',
  stateDir: 'in memory',
  group: "the topology's name",
  healthPort: '9464',
  corsOrigin: 'none',
  grpcPort: 'no gRPC',
  keyRate: 'no limit',
  tenantRate: 'no limit',
  kafkaTls: 'false',
  kafkaMechanism: 'SCRAM-SHA-512; OAUTHBEARER with a token',
};
