import { count } from '../../operators/aggregates/count.ts';
import { dedupe } from '../../operators/dedupe.ts';
import { join } from '../../operators/join.ts';
import { tumble } from '../../operators/tumble.ts';
import type { Topology } from '../../pipeline/core/graph.ts';
import { hours, minutes } from '../../pipeline/core/time.ts';
import { topology } from '../../pipeline/core/topology.ts';
import { feedbackEvent } from '../../schemas/generated/feedback-event.ts';
import { inferenceCarry } from '../../schemas/generated/inference-carry.ts';
import { carryOf } from '../../topologies/feedback/attribution/carry-of.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import { deadLetter, discarded } from '../operators/discarded.ts';

/** How long ids, inferences and feedback that waits are remembered, ms of event time. */
export const within = hours(1);

/** Repeats are removed, feedback meets its inference, and what met is counted by minute and version: three kinds of state that expire. */
export const memoryTopology: Topology = topology('bench-memory', { deadLetter }, (t) => {
  const inferences = t.source('inferences', topics.inferenceLogged);
  const attributed = t
    .source('feedback', topics.feedbackReceived)
    .pipe(dedupe('dedupe', { key: ['tenant', 'target.id', 'feedback_id'], within }))
    .pipe(
      join('attribute', inferences, {
        on: ['tenant', 'target.id'],
        rightOn: ['tenant', 'inference_id'],
        within,
        lateness: minutes(5),
        orphanFor: within,
        left: feedbackEvent,
        carry: { type: inferenceCarry, project: carryOf },
        match: ({ tenant, feedback_id, key }, { inference }) => ({ tenant, id: feedback_id, key, version: inference.model_version }),
        orphan: (feedback) => feedback,
      }),
    );
  attributed.port('orphans').to('orphaned', discarded<unknown>());
  attributed
    .pipe(
      tumble('count-1m', {
        size: minutes(1),
        lateness: minutes(70),
        per: { key: 'key', version: 'version' },
        aggregate: count(),
        partial: true,
      }),
    )
    .to('counts', discarded<unknown>());
});
