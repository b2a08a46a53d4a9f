import assert from 'node:assert/strict';
import { type AccessRule, accessRules } from '../../../bin/acls/access-rules.ts';
import { externalTopics, internalTopics } from '../../../pipeline/runtime/topic-plan.ts';
import { feedback } from '../../../topologies/feedback/topology.ts';
import { told } from '../cli/told.ts';

const covers = ({ name, pattern }: AccessRule, resource: string): boolean =>
  pattern === 'PREFIXED' ? resource.startsWith(name) : resource === name;

describe('the access rules of a topology', () => {
  const rules = accessRules(feedback, 'blue');

  it('name each topic that it shares with others once, with the one thing that it does there', () => {
    const literal = rules.filter(({ resource, pattern }) => resource === 'TOPIC' && pattern === 'LITERAL');
    assert.deepEqual(literal.map(({ name }) => name).sort(), [...externalTopics(feedback)].sort());
    const allowed = new Map(literal.map(({ name, operations }) => [name, operations]));
    assert.deepEqual(allowed.get('feedback.received'), ['READ']);
    assert.deepEqual(allowed.get('reference.signals'), ['READ']);
    assert.deepEqual(allowed.get('training.ratings'), ['WRITE']);
    assert.deepEqual(allowed.get('feedback.dead-letter'), ['WRITE']);
  });

  it('cover every internal topic by one prefix', () => {
    const [prefix, ...others] = rules.filter(({ resource, pattern }) => resource === 'TOPIC' && pattern === 'PREFIXED');
    assert.deepEqual(others, []);
    for (const name of internalTopics(feedback)) assert.ok(prefix !== undefined && covers(prefix, name), name);
  });

  it('name the group and those of its deliveries, and the transactional ids that begin with it', () => {
    const groups = rules.filter(({ resource }) => resource === 'GROUP').map(({ name }) => name);
    const deliveries = ['outcome-rows', 'quality-correction-rows', 'quality-rows', 'command-rows'];
    assert.deepEqual(groups.sort(), ['blue', ...deliveries.map((node) => `blue.${node}.delivery`)].sort());
    const ids = rules.filter(({ resource }) => resource === 'TRANSACTIONAL_ID').map(({ name, pattern }) => `${pattern} ${name}`);
    assert.deepEqual(ids, ['PREFIXED blue-', 'LITERAL millrace.feedback.manifest']);
  });
});

describe('the other access rules', () => {
  const toldOf = async (...args: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
    const { stdout } = await told(['acls', ...args, '--json']);
    const { principal, rules } = JSON.parse(stdout) as { readonly principal: string; readonly rules: ReadonlyArray<AccessRule> };
    return [principal, ...rules.map(({ resource, name, operations }) => `${resource} ${name} ${operations.join(' ')}`)];
  };

  it('let the ingestion API read reference data and write what it takes', async () => {
    assert.deepEqual(await toldOf('ingest'), [
      'User:ingest',
      'TOPIC reference.blocklist READ',
      'TOPIC reference.signals READ',
      'TOPIC feedback.received WRITE',
      'TOPIC inference.logged WRITE',
    ]);
  });

  it('let a redrive read dead letters, and write where records were read', async () => {
    const rules = await toldOf('feedback', '--redrive');
    assert.deepEqual(rules.slice(0, 2), ['User:feedback', 'TOPIC feedback.dead-letter READ']);
    assert.ok(rules.includes('TOPIC feedback.received WRITE'));
    assert.ok(!rules.some((rule) => rule.includes('training.')));
    assert.deepEqual(rules.slice(-2), ['TOPIC millrace.feedback. CREATE READ WRITE', 'TRANSACTIONAL_ID millrace.feedback.redrive WRITE']);
  });
});

describe('millrace acls', () => {
  it('prints commands of the tool of Kafka, one for rules of a kind', async () => {
    const flags = ['--kafka', 'kafka:9093', '--principal', "User:O'Neill", '--command-config', 'my admin.properties', '--group', 'blue'];
    const { code, stdout } = await told(['acls', 'feedback', ...flags]);
    const lines = stdout.trimEnd().split('\n');
    const start =
      "kafka-acls --bootstrap-server kafka:9093 --command-config 'my admin.properties' --add --allow-principal 'User:O'\\''Neill'";
    assert.deepEqual(
      lines.filter((line) => !line.startsWith(start)),
      [],
    );
    const transactional = '--operation Write --resource-pattern-type prefixed --transactional-id blue-';
    assert.ok(lines.includes(`${start} ${transactional}`), stdout);
    assert.deepEqual([code, lines.length], [0, 6]);
  });

  it('prints the rules as data, for the principal of the topology unless another is given', async () => {
    const { stdout } = await told(['acls', 'feedback', '--json']);
    assert.deepEqual(JSON.parse(stdout), { principal: 'User:feedback', rules: accessRules(feedback, 'feedback') });
  });
});
