import assert from 'node:assert/strict';
import { chart } from '../../../bin/explain/chart.ts';
import { explainText } from '../../../bin/explain/explain-text.ts';
import { readEpisode } from '../../../bin/explain/read-episode.ts';
import { retrace, type LookBack, type Retraced } from '../../../bin/explain/retrace.ts';
import { svg } from '../../../bin/explain/svg.ts';
import type { Driver } from '../../../pipeline/testing/drive/driver.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { ModelCommand } from '../../../schemas/generated/model-command.ts';
import type { WindowAggregate } from '../../../schemas/generated/window-aggregate.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { after as seconds, feedbackRun, id, labelled, prediction } from '../../topologies/feedback/support/feedback-run.ts';
import { Versions } from '../../pipeline/runtime/manifest/versions.ts';
import { told } from '../cli/told.ts';

const versionOf = (index: number): string => (index % 2 === 0 ? 'digits-v1' : 'digits-v2');

const answer = (index: number): FeedbackEvent => ({
  ...labelled(`p${String(index)}`, index % 2 === 1 && index % 3 === 0 ? '1' : '7', index * 1.5 + 1),
  submitter: { id_hash: `person ${String(index % 48)}`, kind: 'USER', role: null },
});

/** Both versions side by side for eleven minutes, the second one wrong in a third of all cases. */
const rolledBack = async (): Promise<Driver> => {
  const driver = await feedbackRun();
  const names = Array.from({ length: 440 }, (_, index) => index);
  const deployed = { tenant: prediction('p', 0).tenant, schema_version: 1, traceparent: null, model_name: 'digits' } as const;
  const deployment = { ...deployed, status: 'DEPLOYED', deployment: null, deployed_at: seconds(0) } as const;
  await driver.put(topics.modelDeployments, { ...deployment, event_id: id('d2'), model_version: 'digits-v2', predecessor: 'digits-v1' });
  await driver.put(
    topics.inferenceLogged,
    ...names.map((index) => prediction(`p${String(index)}`, index * 1.5, { model_version: versionOf(index) })),
  );
  await driver.put(topics.feedbackReceived, ...names.map(answer));
  await driver.run();
  return driver;
};

const lookOf = (n: number, effect: number): LookBack => ({
  at: n,
  candidate: { n, mean: 0.5 + effect },
  baseline: { n, mean: 0.5 },
  verdict: 'success',
  effect,
  low: effect - 10 / n,
  high: effect + 10 / n,
});

describe('the explanation of a command', function () {
  this.timeout(30_000);
  let command: ModelCommand;
  let rows: ReadonlyArray<WindowAggregate>;
  let retraced: Retraced;

  before(async () => {
    const driver = await rolledBack();
    const [found] = await driver.values(topics.modelCommands);
    assert.ok(found !== undefined);
    command = found;
    rows = await driver.values(topics.modelQuality);
    retraced = retrace(command, rows);
  });

  it('comes from the rows to the very numbers and the interval of the command', () => {
    const { evidence } = command;
    const last = retraced.looks.at(-1);
    assert.ok(retraced.agrees && last !== undefined);
    assert.deepEqual([last.candidate.n, last.baseline.n], [evidence.candidate.n, evidence.baseline?.n]);
    assert.deepEqual([last.effect, last.low, last.high], [evidence.effect, evidence.interval_low, evidence.interval_high]);
    assert.deepEqual(
      retraced.looks.slice(-2).map(({ verdict }) => verdict),
      ['failure', 'failure'],
    );
    const total = retraced.windows.filter(({ version }) => version === 'digits-v2').reduce((sum, { n }) => sum + n, 0);
    assert.equal(total, evidence.candidate.n);
  });

  it('says so when the rows are not what was judged', () => {
    const lacking = retrace(command, rows.slice(Math.floor(rows.length / 2)));
    assert.equal(lacking.agrees, false);
    assert.match(explainText(command, lacking), /do not come to the numbers of the command/);
    assert.deepEqual(retrace(command, []), { looks: [], windows: [], agrees: false });
  });

  it('tells a person who, why, on which looks, windows and offsets, and the query', () => {
    const text = explainText(command, retraced);
    assert.ok(text.includes(command.command_id) && text.includes(command.reason) && text.includes(command.evidence.query));
    assert.match(text, /digits: digits-v2 → digits-v1/);
    assert.match(text, /come to the numbers of the command/);
    assert.match(text, /failure\n/);
    assert.match(text, /revision \d+ {2}n \d+/);
    assert.match(text, /feedback\.received \d: \d+ to \d+/);
  });

  it('is read from the topics by the id', async () => {
    const versions = await Versions.of({ [topics.modelCommands.name]: 1, [topics.modelQuality.name]: 2 });
    await versions.put(topics.modelCommands, { ...command, command_id: id('another') }, command);
    await versions.put(topics.modelQuality, ...rows);
    const { cluster, wire, clock } = versions;
    const said: string[] = [];
    const episode = await clock.until(readEpisode({ cluster, wire }, command.command_id, (what) => said.push(what)));
    assert.deepEqual([episode.command, said.length], [command, 2]);
    assert.deepEqual(retrace(episode.command, episode.rows), retraced);
    await assert.rejects(clock.until(readEpisode({ cluster, wire }, 'no such id', () => undefined)), { code: 'bad_config' });
  });
});

describe('the picture of the looks', () => {
  const looks = [100, 150, 200].map((n) => lookOf(n, -0.2));

  it('has the estimate, the interval, and the threshold as a line', () => {
    const lines = chart(looks, 0).split('\n');
    assert.equal(lines.filter((line) => /●[ ┄]+●[ ┄]+●/.test(line)).length, 1);
    assert.ok(lines.some((line) => line.includes('│')));
    assert.match(chart([lookOf(1000, -0.2)], 0), /┤┄/);
    assert.match(lines.at(-1) ?? '', /100 to 200 observations/);
  });

  it('is nothing without looks, and keeps the last of very many', () => {
    assert.equal(chart([], 0), '');
    const many = Array.from({ length: 500 }, (_, at) => lookOf(100 + at, -0.1));
    assert.match(chart(many, 0), /100 to 599/);
  });

  it('is drawn as SVG, with any name', () => {
    const drawn = svg(looks, { title: 'a < b & "c"', threshold: 0 });
    assert.match(drawn, /^<svg [^>]*>\n<title>a &lt; b &amp; &quot;c&quot;<\/title>/);
    assert.ok(drawn.includes('<polygon') && drawn.trimEnd().endsWith('</svg>') && !drawn.includes('NaN'));
    assert.ok(!svg([], { title: 't', threshold: 0 }).includes('NaN'));
  });
});

describe('millrace explain', () => {
  it('says what it takes', async () => {
    const { code, stdout } = await told(['explain', '--help']);
    assert.equal(code, 0);
    assert.match(stdout, /--svg <file>/);
    assert.equal((await told(['explain'])).code, 2);
  });
});
