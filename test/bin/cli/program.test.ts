import assert from 'node:assert/strict';
import { told, type Told } from './told.ts';

const refused = ({ code, stdout, stderr }: Told, message: RegExp): void => {
  assert.match(stderr, message);
  assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
};

const commandsIn = (help: string): ReadonlyArray<string> =>
  [...help.matchAll(/^ {2}([a-z]+) \[options\]/gm)].flatMap(([, command]) => (command === undefined ? [] : [command]));

describe('the command line', () => {
  it('explains each command, with an example and the exit codes', async () => {
    const commands = commandsIn((await told(['--help'])).stdout);
    assert.ok(commands.length >= 5, commands.join(', '));
    for (const command of commands) {
      const { code, stdout, stderr } = await told([command, '--help']);
      assert.match(stdout, new RegExp(`^Usage: millrace ${command} `));
      assert.match(stdout, new RegExp(`Examples?:\n {2}\\$ (npx )?millrace ${command}\\b`), command);
      assert.match(stdout, /Exit codes:\n {2}0 {2}done/, command);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    }
  });

  it('tells what takes the place of settings that are not given', async () => {
    const run = (await told(['run', '--help'])).stdout.replaceAll(/\s+/g, ' ');
    assert.match(run, /\[MILLRACE_HEALTH_PORT\] \(default: 9464\)/);
    assert.match(run, /\[MILLRACE_GRACE_SECONDS\] \(default: 30\)/);
    assert.match(run, /\[MILLRACE_LOG_LEVEL\] \(default: info\)/);
    const demo = (await told(['demo', '--help'])).stdout.replaceAll(/\s+/g, ' ');
    assert.match(demo, /\[MILLRACE_HEALTH_PORT\] \(default: 0\)/);
    assert.match(demo, /\[MILLRACE_LOG_LEVEL\] \(default: error\)/);
    assert.match(demo, /--kafka and --registry go together: /);
  });

  const misuses: Readonly<Record<string, readonly [args: ReadonlyArray<string>, message: RegExp]>> = {
    'no command': [[], /^Usage: millrace/],
    'an unknown command': [['demmo'], /unknown command 'demmo'\n\(Did you mean demo\?\)/],
    'an unknown flag': [['demo', '--claen'], /unknown option '--claen'/],
    'a missing argument': [['graph'], /missing required argument 'topology'/],
    'an argument too many': [['demo', 'feedback'], /too many arguments for 'demo'/],
    'an unknown format': [['graph', 'feedback', '--format', 'pdf'], /Allowed choices are mermaid, json, html/],
    'an unknown topology': [['graph', 'feedbak'], /bad_config: there is no topology "feedbak": .* shipped one \(feedback\)/],
    'a folder for a topology': [['graph', 'topologies'], /bad_config: there is no topology "topologies"/],
    'nothing for a topology': [['graph', ''], /bad_config: there is no topology ""/],
    'a file that is no module': [['graph', './README.md'], /bad_config: the module \.\/README\.md cannot be loaded/],
    'a module without a topology': [['graph', './pipeline/core/time.ts'], /bad_config: \.\/pipeline\/core\/time\.ts exports no topology/],
    'a shipped topology with an export': [['graph', 'feedback#x'], /leave out "#x"/],
    'a broker without a port': [
      ['topics', 'feedback', '--kafka', 'localhost'],
      /--kafka \(MILLRACE_KAFKA\) is "localhost"; it takes host:port/,
    ],
    'a demo on a broker without its registry': [
      ['demo', '--kafka', 'localhost:1'],
      /^bad_config: --kafka and --registry go together, but only one is given$/m,
    ],
    'a demo with a registry of no broker': [['demo', '--registry', 'http://localhost:1'], /--kafka and --registry go together/],
    'to watch what is no file': [['dev', 'feedback', '--watch'], /--watch needs the path of a module/],
  };
  for (const [what, [args, message]] of Object.entries(misuses)) {
    it(`refuses ${what}`, async () => refused(await told(args), message));
  }

  it('names every setting that is wrong or missing at once, and repeats no password', async () => {
    const env = { MILLRACE_CLICKHOUSE: 'ftp://ann:secret@host', MILLRACE_LOG_LEVEL: 'loud', MILLRACE_KAFKA_USER: 'ann' };
    const flags = ['--kafka', 'nowhere', '--slot', 'a b', '--health-port', '65536', '--grace-seconds', '0', '--kafka-mechanism', 'PLAN'];
    const { stderr, ...rest } = await told(['run', 'feedback', ...flags], env);
    assert.deepEqual(rest, { code: 2, stdout: '' });
    const named = [...stderr.matchAll(/--([a-z-]+) \(MILLRACE_/g)].map(([, flag]) => flag);
    const wrong = ['registry', 'kafka', 'clickhouse', 'slot', 'health-port', 'log-level', 'grace-seconds', 'kafka-mechanism'];
    assert.deepEqual(named.sort(), wrong.sort());
    assert.match(stderr, /--kafka-user and --kafka-password-file go together/);
    assert.doesNotMatch(stderr, /secret/);
  });

  it('names the mistakes of arguments beside those of settings', async () => {
    const topics = await told(['topics', 'nowhere', '--partitions', 'many', '--kafka', 'x']);
    refused(topics, /--kafka .* is "x".*\n--partitions is "many".*\nthere is no topology "nowhere"/);
    const demo = await told(['demo', '--seed', '-1', '--kafka', 'x', '--data', 'nowhere']);
    refused(demo, /--kafka .* is "x".*\n--kafka and --registry go together, but only one is given\n--seed is "-1".*\n.*nowhere/);
    refused(await told(['run', 'nowhere', '--kafka', 'x']), /there is no topology "nowhere"(.*\n)+--kafka .* is "x"/);
  });

  it('takes a setting from its flag before its environment variable, and nothing from an empty one', async () => {
    const env = { MILLRACE_KAFKA: 'environment' };
    refused(await told(['run', 'feedback', '--kafka', 'flag'], env), /is "flag"/);
    refused(await told(['run', 'feedback'], env), /is "environment"/);
    refused(await told(['run', 'feedback'], { MILLRACE_KAFKA: '' }), /--kafka \(MILLRACE_KAFKA\) is missing/);
  });
});
