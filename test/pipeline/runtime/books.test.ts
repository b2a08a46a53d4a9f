import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { GraphNode, StepNode } from '../../../pipeline/core/graph.ts';
import { hours } from '../../../pipeline/core/time.ts';
import { feedback } from '../../../topologies/feedback/topology.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { fixtureBlocks, fixtureSignals, fixtureStart } from '../../fixtures/sound-feedback.ts';
import { labelled, prediction } from '../../topologies/feedback/support/feedback-run.ts';
import { Processes } from '../../../pipeline/testing/processes.ts';
import { type RecordingMeter, recordingMeter } from './recording-meter.ts';

/** What users say of one prediction, and whether it was ever logged. */
interface Story {
  readonly isLogged: boolean;
  /** The labels that come, under one feedback id each; a label that is no digit is refused. */
  readonly labels: ReadonlyArray<string>;
  /** How often the first of them comes again. */
  readonly repeats: number;
}

const stories = fc.array(
  fc.record<Story>({
    isLogged: fc.boolean(),
    labels: fc.array(fc.constantFrom('0', '3', '7', 'nonsense', ''), { maxLength: 1 }),
    repeats: fc.nat(2),
  }),
  { minLength: 1, maxLength: 30 },
);

class Books {
  readonly #meter: RecordingMeter;

  constructor(meter: RecordingMeter) {
    this.#meter = meter;
  }

  in(node: string): number {
    return this.#meter.counted('node_records_total', { node, direction: 'in' });
  }

  out(node: string): number {
    return this.#meter.counted('node_records_total', { node, direction: 'out' });
  }

  event(node: string, event: string): number {
    return this.#meter.counted('node_events_total', { node, event });
  }

  rejected(node: string): number {
    return this.#meter.counted('records_rejected_total', { node });
  }

  /** What came to a node: by its own count, or as a sink or a repartition. */
  came(node: GraphNode): number {
    return node.kind === 'step' ? this.in(node.name) : this.#meter.counted('records_out_total', { node: node.name });
  }
}

const oneToOne = new Set(['map', 'filter', 'validate', 'enrich', 'dedupe', 'expand']);

const isOneToOne = (node: GraphNode): node is StepNode => node.kind === 'step' && oneToOne.has(node.operator.kind);

const readersOf = (name: string): ReadonlyArray<GraphNode> =>
  feedback.nodes.filter(({ inputs }) => inputs.length === 1 && inputs[0]?.node === name && inputs[0].port === undefined);

const checkSteps = (books: Books): void => {
  const steps = feedback.nodes.filter(isOneToOne);
  assert(steps.length > 8);
  for (const { name } of steps) {
    const gone = books.rejected(name) + books.event(name, 'dropped') + books.event(name, 'duplicates');
    assert.equal(books.in(name) + books.event(name, 'added'), books.out(name) + gone, `the books of "${name}"`);
  }
};

const checkEdges = (books: Books): void => {
  for (const step of feedback.nodes.filter(({ kind }) => kind === 'step')) {
    for (const reader of readersOf(step.name)) {
      if (reader.kind === 'split' || reader.kind === 'merge') continue;
      assert.equal(books.came(reader), books.out(step.name), `what went from "${step.name}" to "${reader.name}"`);
    }
  }
};

/** All that had to wait has met its inference or been given up. */
const checkJoin = (books: Books, inferences: number): void => {
  const came = books.in('attribute') - inferences;
  const lost = books.event('attribute', 'orphaned') - books.event('attribute', 'matched_late');
  assert.equal(came, books.out('attribute') + lost + books.rejected('attribute'));
  const told = feedback.nodes.filter(({ inputs }) => inputs.some(({ node, port }) => node === 'attribute' && port === 'orphans'));
  for (const reader of told.filter(({ kind }) => kind !== 'merge')) {
    assert.equal(books.came(reader), books.event('attribute', 'orphaned') + books.event('attribute', 'matched_late'), reader.name);
  }
};

const run = async (told: ReadonlyArray<Story>): Promise<void> => {
  const meter = recordingMeter();
  const processes = await Processes.of(feedback, { partitions: 2, deps: () => ({ meter }) });
  await processes.advance(fixtureStart / 1000 + hours(100) - processes.clock.now());
  await processes.put(topics.referenceSignals, ...fixtureSignals);
  await processes.put(topics.referenceBlocklist, ...fixtureBlocks);
  for (const slot of ['0', '1']) await processes.start(slot);
  const inferences = told.flatMap(({ isLogged }, n) => (isLogged ? [prediction(`p${n}`, n)] : []));
  const answers = told.flatMap(({ labels, repeats }, n) =>
    labels.flatMap((label) => Array.from({ length: 1 + repeats }, () => labelled(`p${n}`, label, n + 30))),
  );
  await processes.put(topics.feedbackReceived, ...answers);
  await processes.put(topics.inferenceLogged, ...inferences);
  await processes.advance(2_000);
  const clocks = Array.from({ length: 16 }, (_, n) => `clock ${n}`);
  const late = hours(60) / 1000;
  await processes.put(topics.inferenceLogged, ...clocks.map((name) => prediction(name, late, { model_name: 'clock' })));
  await processes.advance(2_000);
  await processes.put(topics.feedbackReceived, ...clocks.map((name) => labelled(name, '7', late)));
  await processes.advance(2_000);
  const books = new Books(meter);
  assert.equal(meter.counted('records_in_total', { node: 'feedback-in' }), answers.length + clocks.length);
  checkSteps(books);
  checkEdges(books);
  checkJoin(books, inferences.length + clocks.length);
  const letters = await processes.records(topics.deadLetter.name);
  assert.equal(letters.length, meter.counted('records_rejected_total'));
  await processes.close();
};

describe('the books of the feedback topology', () => {
  it('balance, node by node and from node to node: what came went on, was refused, was dropped or was given up', async function () {
    this.timeout(60_000);
    await fc.assert(fc.asyncProperty(stories, run), { numRuns: process.env.MILLRACE_RUNS === 'full' ? 200 : 6 });
  });
});
