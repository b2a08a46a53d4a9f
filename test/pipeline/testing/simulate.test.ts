import assert from 'node:assert/strict';
import { filter } from '../../../operators/filter.ts';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { message } from '../../../pipeline/testing/simulate/message.ts';
import { type SimulateOptions, simulate } from '../../../pipeline/testing/simulate.ts';
import { simulation } from '../../../bin/simulate/feedback/simulation.ts';
import { feedback } from '../../../topologies/feedback/topology.ts';
import { type Click, clicked, clickOf, deadLetter, newYear, paidClicks, visits } from '../../support/clicks.ts';
import { remembering } from './simulated/remembering.ts';
import { shop, simulation as shopSimulation } from './simulated/shop.ts';

const paid = topology('paid', { deadLetter }, (t) => {
  t.source('in', clicked)
    .pipe(filter<Click>('paid', (click) => click.paid))
    .to('out', paidClicks);
});

const clicks = Array.from({ length: 40 }, (_, n) => clickOf(`user-${n % 7}`, newYear + n));

const shortly = (options: SimulateOptions): SimulateOptions => ({ seeds: 4, shrink: false, ...options });

describe('a simulation', () => {
  it('finds state that is kept beside the store, and shrinks what happened to a trace', async () => {
    const { failures, seeds } = await simulate(remembering, { seeds: 5, stopAtFirst: true });
    assert.equal(failures.length, 1);
    assert.equal(seeds, failures[0]?.seed);
    const { what, trace } = failures[0] ?? { what: '', trace: [] };
    assert.match(what, /^seed \d+: clicks\.paid has \d+ missing and \d+ too many$/);
    const [from = '', to = ''] = trace;
    assert.match(from, /from \d+ faults, 1020 records, 3 processes$/);
    assert.match(to, /to {3}[01] faults?, [2-4] records, [123] process(es)?$/);
    assert(trace.length < 60, trace.join('\n'));
    assert(trace.some((line) => /^ +\d+\.\d{3} s {2}edge +sends message \d+ to clicked$/.test(line)));
  });

  it('tells the same of the same seed, whichever seeds went before it', async () => {
    const alone = await simulate(remembering, shortly({ from: 12, seeds: 1, shrink: true }));
    const later = await simulate(remembering, shortly({ from: 10, seeds: 3, shrink: true }));
    assert.equal(alone.failures.length, 1);
    assert.deepEqual(
      later.failures.find(({ seed }) => seed === 12),
      alone.failures[0],
    );
  });

  it('finds nothing in a topology that is sound, with inputs made up from its schemas', async () => {
    const report = await simulate(shop, { ...shopSimulation, seeds: 30 });
    assert.deepEqual(report.failures, []);
    assert.deepEqual(report.notCompared, []);
    assert(report.records >= report.seeds * 1_000);
    assert(report.fewestFaults >= 5, `${report.fewestFaults} faults`);
  }).timeout(120_000);

  it('finds nothing in the feedback topology', async () => {
    const report = await simulate(feedback, { ...simulation, seeds: 40 });
    assert.deepEqual(report.failures, []);
    assert.deepEqual(report.notCompared, []);
    assert(report.records >= report.seeds * 1_000);
    assert(report.fewestFaults >= 5, `${report.fewestFaults} faults`);
  }).timeout(300_000);

  it('lets every kind of fault come to pass', async () => {
    const { faults } = await simulate(shop, { ...shopSimulation, from: 2_000, seeds: 40 });
    const kinds = ['answer', 'crash', 'expire', 'join', 'late-markers', 'rebalance', 'restart', 'slow', 'slow-lookups', 'stall', 'twin'];
    assert.deepEqual(Object.keys(faults).sort(), kinds);
  }).timeout(120_000);

  it('sends again what may be repeated, and finds that it was counted twice', async () => {
    const inputs = (): ReturnType<NonNullable<SimulateOptions['inputs']>> =>
      clicks.map((click) => message(clicked, click, { mayRepeat: true }));
    const { failures, faults } = await simulate(paid, shortly({ inputs }));
    assert((faults.repeat ?? 0) > 0);
    assert.match(failures[0]?.what ?? '', /^seed 1: clicks\.paid has \d+ too many$/);
  });

  it('leaves out what it is told to, and holds outputs to what else is said of them', async () => {
    const inputs = (): ReturnType<NonNullable<SimulateOptions['inputs']>> => clicks.map((click) => message(clicked, click));
    const ignoring = await simulate(remembering, shortly({ inputs, outputs: { [paidClicks.name]: { compare: 'ignored' } } }));
    assert.deepEqual(ignoring.failures, []);
    const counted = await simulate(paid, shortly({ inputs, facts: (outputs) => [`${outputs.values(paidClicks).length} clicks`] }));
    assert.deepEqual(counted.failures, []);
    const wrong = await simulate(paid, shortly({ inputs, problems: () => ['they are never right'], seeds: 1 }));
    assert.deepEqual(
      wrong.failures.map(({ what }) => what),
      ['seed 1: they are never right'],
    );
  });

  it('refuses an input for a topic that the topology does not read', async () => {
    const inputs = () => [message(visits, { visitor: 'a', country: 'nl', at: newYear })];
    await assert.rejects(
      simulate(paid, shortly({ inputs })),
      (error) => error instanceof MillraceError && error.code === 'bad_config' && error.message.includes('visits'),
    );
  });
});
