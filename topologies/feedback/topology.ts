import { contentHash } from '../../pipeline/core/content-hash.ts';
import { describe } from '../../pipeline/core/describe.ts';
import type { Topology } from '../../pipeline/core/graph.ts';
import { hours } from '../../pipeline/core/time.ts';
import { topology } from '../../pipeline/core/topology.ts';
import { combine } from '../../operators/combine.ts';
import { decide } from '../../operators/decide.ts';
import { dedupe } from '../../operators/dedupe.ts';
import { enrich } from '../../operators/enrich.ts';
import { expand } from '../../operators/expand.ts';
import { join } from '../../operators/join.ts';
import { map } from '../../operators/map.ts';
import { tumble } from '../../operators/tumble.ts';
import { validate } from '../../operators/validate.ts';
import { attribution } from './attribution/attribution.ts';
import { attributedRules } from './checks/attributed-rules.ts';
import { eventOf } from './checks/checked-feedback.ts';
import { feedbackRules } from './checks/feedback-rules.ts';
import { besidesContent } from './checks/repeats.ts';
import { declaredSignal } from './enrichment/declared-signal.ts';
import { ratingScore } from './enrichment/rating-score.ts';
import { submitterBlock } from './enrichment/submitter-block.ts';
import { submitterSegment } from './enrichment/submitter-segment.ts';
import { outcomesOf } from './outcome.ts';
import { lateCorrections } from './quality/late-corrections.ts';
import { modelQuality } from './quality/model-quality.ts';
import { observations } from './quality/observations.ts';
import { qualityRows } from './quality/quality-rows.ts';
import { byMinute } from './quality/quality-window.ts';
import { reviewTaskOf } from './review-task-of.ts';
import { attributedOf, orphansOf } from './revisions/records-of-change.ts';
import { revised } from './revisions/revised.ts';
import { isChange, isCreation, unattributed } from './revisions/unattributed.ts';
import { policies } from './rollback/policies.ts';
import { tables } from './tables.ts';
import { topics } from './topics.ts';
import { byKind } from './training/by-kind.ts';
import { isAmbiguous, isCurated, placed, placementsOf } from './training/placement.ts';

const fingerprint = (): string => contentHash()(describe(feedback)).toString(16);

/**
 * The feedback loop: checks feedback, ties it to the inference that it judges, measures the quality of each model version by the time of
 * inference, orders a rollback when a version breaks the policy, and hands out training examples and tasks for people.
 */
export const feedback: Topology = topology('feedback', { deadLetter: topics.deadLetter }, (t) => {
  const signals = t.broadcast('signals', topics.referenceSignals);
  const blocks = t.broadcast('blocks', topics.referenceBlocklist);
  const segments = t.broadcast('segments', topics.referenceSegments);
  const inferences = t.source('inferences', topics.inferenceLogged);

  const valid = t
    .source('feedback-in', topics.feedbackReceived)
    .pipe(enrich('signal', signals, declaredSignal))
    .pipe(enrich('block', blocks, submitterBlock))
    .pipe(validate('validate', feedbackRules))
    .pipe(map('valid', eventOf, { keyed: ['tenant', 'target.id'] }));
  const { creations, changes } = valid.split('op', { creations: isCreation, changes: isChange });

  const attributed = creations
    .pipe(dedupe('dedupe', { key: ['tenant', 'target.id', 'feedback_id'], within: hours(24), except: besidesContent }))
    .pipe(join('attribute', inferences, attribution));
  const told = attributed
    .pipe(validate('verify', attributedRules))
    .merge('told', changes.pipe(map('unattributed', unattributed, { keyed: ['tenant', 'feedback.target.id'] })))
    .pipe(enrich('segment', segments, submitterSegment))
    .pipe(enrich('score', signals, ratingScore));

  const current = revised(told, attributed.port('orphans'));
  current.pipe(expand('orphans', orphansOf)).to('orphaned', topics.feedbackOrphaned);
  current.pipe(expand('attributions', attributedOf)).to('attributed', topics.feedbackAttributed);
  current.pipe(expand('outcome', outcomesOf)).to('outcome-rows', tables.feedbackOutcomes);

  const { curated, ambiguous } = current
    .pipe(expand('place', placementsOf))
    .split('triage', { curated: isCurated, ambiguous: isAmbiguous });
  curated.to('training', byKind(topics.training));
  ambiguous.pipe(map('review-task', placed(reviewTaskOf))).to('review', topics.reviewTasks);

  const windows = observations(current, inferences).pipe(tumble('quality-1m', byMinute));
  const corrections = windows.port('late').pipe(lateCorrections('corrections'));
  corrections.to('quality-corrections', topics.modelQualityCorrections);
  corrections.to('quality-correction-rows', tables.modelQualityCorrections);

  const quality = windows.repartition('by-model', { key: ['dims.tenant', 'dims.model_name'] }).pipe(combine('quality', modelQuality));
  const rows = quality.pipe(expand('rows', qualityRows));
  rows.to('quality-windows', topics.modelQuality);
  rows.to('quality-rows', tables.modelQuality);

  const deployments = t.source('deployments', topics.modelDeployments, { holdsClock: false });
  const commands = quality.pipe(decide('rollback', deployments, policies.accuracyRegression(fingerprint)));
  commands.to('commands', topics.modelCommands);
  commands.to('command-rows', tables.modelCommands);
});
