import { versioned } from '../../../pipeline/core/key.ts';
import { count } from '../../../operators/aggregates/count.ts';
import { countsByLabel } from '../../../operators/aggregates/counts-by-label.ts';
import { fields } from '../../../operators/aggregates/fields.ts';
import { lasting } from '../../../operators/aggregates/lasting.ts';
import { max } from '../../../operators/aggregates/max.ts';
import { min } from '../../../operators/aggregates/min.ts';
import { of } from '../../../operators/aggregates/of.ts';
import { variance } from '../../../operators/aggregates/variance.ts';
import type { Observation } from './observation.ts';
import { submittersOf } from './submitters-of.ts';
import { takenBack } from './taken-back.ts';

/** The metrics that observations give a value to. */
export type Metric = 'accuracy' | 'satisfaction' | 'click_rate' | 'reward';

/**
 * What is kept of the values of a metric: exact sums, so that any order and grouping gives the same bits, and what is taken out leaves no trace
 * in them. The extremes and the submitters are of all that was ever counted.
 */
const spread = fields({ sums: variance(), min: lasting(min()), max: lasting(max()), taken: takenBack() });

const valuesOf = (metric: Metric) =>
  of(
    versioned(`${metric}/1`, (observation: Observation) => observation[metric]),
    spread,
  );

const isAnswer = versioned('answer/1', ({ kind }: Observation) => (kind === 'ANSWER' ? true : null));
const isLogged = versioned('logged/2', ({ kind }: Observation) => (kind === 'INFERENCE' ? true : null));
const labelTold = versioned('label/1', ({ label }: Observation) => label);
const whoTold = versioned('submitter/1', ({ accuracy, submitter }: Observation) => (accuracy === null ? null : submitter));

/** Labels beyond so many are counted together. */
const labels = 100;

/** All that is kept of one version in one window: a few hundred bytes, whatever the traffic, but for labels. */
export const modelQuality = fields({
  accuracy: valuesOf('accuracy'),
  satisfaction: valuesOf('satisfaction'),
  click_rate: valuesOf('click_rate'),
  reward: valuesOf('reward'),
  answered: of(isAnswer, count()),
  unanswered: of(isAnswer, takenBack()),
  inferences: of(isLogged, count()),
  labels: of(labelTold, countsByLabel({ limit: labels, lasting: true })),
  submitters: of(whoTold, lasting(submittersOf())),
});

/** What `modelQuality` tells of one version in one window. */
export type Quality = ReturnType<typeof modelQuality.result>;
