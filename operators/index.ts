export { combine } from './combine.ts';
export { decide } from './decide.ts';
export { dedupe } from './dedupe.ts';
export type { DedupeOptions } from './dedupe.ts';
export { enrich } from './enrich.ts';
export type { EnrichOptions } from './enrich.ts';
export { expand } from './expand.ts';
export { filter } from './filter.ts';
export { join } from './join.ts';
export type { Carry, JoinOptions, Meeting, Orphaned } from './join/options.ts';
export { lookup } from './lookup.ts';
export type { LookupOptions } from './lookup.ts';
export { map } from './map.ts';
export type { MapOptions } from './map.ts';
export { presence } from './presence.ts';
export type { Presence, PresenceOptions } from './presence.ts';
export { revise } from './revise.ts';
export type { Change, Codec, ReviseOptions, Says } from './revise/options.ts';
export { sample } from './sample.ts';
export type { SampleOptions } from './sample.ts';
export { tumble } from './tumble.ts';
export { validate } from './validate.ts';
export type { NarrowingRule, Rule, Rules } from './validate.ts';
export type { LateRecord, Windowed, WindowPart } from './windows/windowed.ts';
export type { OffsetRange } from './windows/offset-range.ts';

// What windows keep.
export { count } from './aggregates/count.ts';
export { countsByLabel } from './aggregates/counts-by-label.ts';
export { distinct } from './aggregates/distinct.ts';
export { fields } from './aggregates/fields.ts';
export { lasting } from './aggregates/lasting.ts';
export { max } from './aggregates/max.ts';
export { mean } from './aggregates/mean.ts';
export { min } from './aggregates/min.ts';
export { of } from './aggregates/of.ts';
export { quantiles } from './aggregates/quantiles.ts';
export { ratio } from './aggregates/ratio.ts';
export { sum } from './aggregates/sum.ts';
export { variance } from './aggregates/variance.ts';

// What decide goes by.
export { absolute } from './decide/absolute.ts';
export { relativeToBaseline } from './decide/relative-to-baseline.ts';
export { sequentialVsBaseline } from './decide/sequential-vs-baseline.ts';
export type { SequentialOptions } from './decide/sequential-vs-baseline.ts';
export type { Decision, Evidence, SideEvidence } from './decide/decision.ts';
export type { DecisionPolicy, LifecycleEvent, WindowReading } from './decide/policy.ts';
export type { Judgement, Look, Rule as DecisionRule, Verdict } from './decide/rule.ts';
