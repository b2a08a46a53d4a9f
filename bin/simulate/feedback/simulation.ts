import type { Simulation } from '../../../pipeline/testing/simulate/simulation.ts';
import { inputs } from './inputs.ts';
import { problems } from './problems.ts';
import { qualityFacts } from './quality-facts.ts';

/**
 * How the feedback topology is simulated. Whether a late match finds its feedback given up already depends on the order in which the two
 * topics are read, so the status of an attribution is left out, and windows are compared together with what was added to them later.
 */
export const simulation: Simulation = {
  inputs,
  outputs: {
    'feedback.attributed': { compare: 'each', without: ['attribution'] },
    'feedback.orphaned': { compare: 'last', by: [], without: ['orphaned_at', 'attributable_until'] },
    'training.corrections': { compare: 'each', without: ['attribution_status'] },
    'training.preferences': { compare: 'each', without: ['attribution_status'] },
    'training.ratings': { compare: 'each', without: ['attribution_status'] },
    'training.implicit': { compare: 'each', without: ['attribution_status'] },
    'outcome-rows': { compare: 'last', by: ['target_id', 'feedback_id'], without: ['attribution_status'] },
    'model.quality': { compare: 'ignored' },
    'quality-rows': { compare: 'ignored' },
    'model.quality-corrections': { compare: 'ignored' },
    'quality-correction-rows': { compare: 'ignored' },
    'model.commands': { compare: 'ignored' },
    'command-rows': { compare: 'ignored' },
  },
  facts: qualityFacts,
  problems,
};
