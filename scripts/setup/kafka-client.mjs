import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { debianPackages, hasProgram } from './debian.mjs';
import { cachedFolder, root, sharedCache } from './paths.mjs';
import { SetupError, attempt, say, step } from './run.mjs';

const folder = path.join(root, 'node_modules', '@confluentinc', 'kafka-javascript');
const preGyp = path.join(root, 'node_modules', '@mapbox', 'node-pre-gyp', 'bin', 'node-pre-gyp');
const addon = 'build/Release/confluent-kafka-javascript.node';

/** What a build leaves that the client loads: the add-on, and the two libraries beside it when they are linked dynamically. */
const binaries = [addon, 'build/deps/librdkafka.so.1', 'build/deps/librdkafka++.so.1'];

const headers = ['libcurl4-openssl-dev', 'zlib1g-dev', 'libssl-dev', 'libzstd-dev', 'liblz4-dev', 'libsasl2-dev'];
const compilers = [
  ['g++', 'g++'],
  ['make', 'make'],
  ['python3', 'python3'],
];

const version = () => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).version;

const probe = 'process.stdout.write(require("@confluentinc/kafka-javascript").librdkafkaVersion)';
const loads = () => attempt([process.execPath, '-e', probe], { timeout: 30_000 });

const cacheName = () => {
  const libc = process.report?.getReport().header.glibcVersionRuntime === undefined ? 'other' : 'glibc';
  return ['kafka-javascript', version(), process.platform, process.arch, libc, `abi${process.versions.modules}`].join('-');
};

const copyBinaries = (from, to) => {
  for (const file of binaries.filter((name) => existsSync(path.join(from, name)))) {
    mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
    cpSync(path.join(from, file), path.join(to, file));
  }
};

const fromCache = async () => {
  const cached = path.join(sharedCache, cacheName());
  if (!existsSync(cached)) return false;
  copyBinaries(cached, folder);
  if ((await loads()).ok) {
    say(`took the Kafka client's binary from ${cached}`);
    return true;
  }
  rmSync(cached, { recursive: true, force: true });
  return false;
};

const fromRelease = async () => {
  say("looking for the Kafka client's prebuilt binary …");
  const { ok } = await attempt([process.execPath, preGyp, 'install'], { cwd: folder, timeout: 120_000 });
  if (ok && (await loads()).ok) return true;
  say('… there is none to be had for this machine and network');
  return false;
};

/** The running Node's own headers, if they lie beside it; otherwise node-gyp fetches them. */
const headerFlags = () => {
  const prefix = path.dirname(path.dirname(process.execPath));
  return existsSync(path.join(prefix, 'include', 'node', 'node.h')) ? [`--nodedir=${prefix}`] : [];
};

const build = () => {
  const env = { CKJS_LINKING: 'dynamic', JOBS: undefined, MAKEFLAGS: undefined };
  return attempt([process.execPath, preGyp, 'install', '--build-from-source', ...headerFlags()], { cwd: folder, env, lines: 30 });
};

const fromSource = async () => {
  const missing = compilers.filter(([program]) => !hasProgram(program)).map(([, name]) => name);
  await debianPackages([...missing, ...headers], 'build the Kafka client');
  await step('building the Kafka client from source; this takes one to two minutes, once for each Node version', async () => {
    const first = await build();
    if (first.ok && (await loads()).ok) return;
    say('… the first build failed; trying once more, since some failures pass');
    const { log } = await build();
    const { ok, log: why } = await loads();
    if (!ok) throw new SetupError('The Kafka client could not be built. What its build and its loading said:', `${log}\n${why}`);
  });
  await cachedFolder(cacheName(), (staging) => copyBinaries(folder, staging));
};

/**
 * Sees to it that the Kafka client's native binary loads in the running Node: as it lies, else from the cache, else prebuilt, else built
 * from source. Resolves to the version of librdkafka.
 */
export const kafkaClient = async () => {
  const first = await loads();
  if (first.ok) return first.log;
  if (!(await fromCache()) && !(await fromRelease())) await fromSource();
  return (await loads()).log;
};
