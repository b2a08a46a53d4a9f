import type { Simulation } from '../../../pipeline/testing/simulate/simulation.ts';
import { inputs } from './inputs.ts';
import { currentFacts } from './current-facts.ts';
import { problems } from './problems.ts';
import { qualityFacts } from './quality-facts.ts';

/**
 * How the feedback topology is simulated. Whether a late match finds its feedback given up already depends on the order in which the two
 * topics are read, so the status of an attribution is left out, and windows are compared together with what was added to them later. What is
 * superseded or retracted before it could stand is never told: so what was attributed, and the last of what was taken back, is compared as facts.
 */
export const simulation: Simulation = {
  inputs,
  outputs: {
    'feedback.attributed': { compare: 'ignored' },
    'feedback.orphaned': { compare: 'last', by: [], without: ['orphaned_at', 'attributable_until'] },
    'training.corrections': { compare: 'last', by: [], without: ['attribution_status'] },
    'training.preferences': { compare: 'last', by: [], without: ['attribution_status'] },
    'training.ratings': { compare: 'last', by: [], without: ['attribution_status'] },
    'training.implicit': { compare: 'last', by: [], without: ['attribution_status'] },
    'outcome-rows': { compare: 'ignored' },
    'model.quality': { compare: 'ignored' },
    'quality-rows': { compare: 'ignored' },
    'model.quality-corrections': { compare: 'ignored' },
    'quality-correction-rows': { compare: 'ignored' },
    'model.commands': { compare: 'ignored' },
    'command-rows': { compare: 'ignored' },
  },
  facts: (outputs) => [...qualityFacts(outputs), ...currentFacts(outputs)],
  problems,
};
