import type { ValueKind } from '../../../schemas/generated/feedback-event.ts';
import type { ReferenceBlock } from '../../../schemas/generated/reference-block.ts';
import type { ReferenceSegment } from '../../../schemas/generated/reference-segment.ts';
import type { ReferenceSignal } from '../../../schemas/generated/reference-signal.ts';
import { idNamespace, tenant } from './inference-record.ts';
import type { RealData } from './read-data.ts';
import { abusers, annotators, visitorHash } from './submitters.ts';
import { uuid5 } from './uuid5.ts';

const head = (name: string): Pick<ReferenceSignal, 'tenant' | 'event_id' | 'schema_version' | 'traceparent'> => ({
  tenant,
  event_id: uuid5(idNamespace, name),
  schema_version: 1,
  traceparent: null,
});

/** Signals by name: kind, lowest and highest number, what it means. */
const declared: ReadonlyArray<readonly [key: string, kind: ValueKind, range: readonly [number, number] | null, description: string]> = [
  ['correction', 'CORRECTION', null, 'the right class, told where the prediction was wrong'],
  ['label', 'LABEL', null, 'the class that an annotator sees'],
  ['preference', 'PREFERENCE', null, 'the better one of two predictions for the same image'],
  ['ranking', 'RANKING', null, 'several predictions in order, the best first'],
  ['stars', 'NUMBER', [1, 5], 'how satisfied somebody is, in stars'],
  ['thumbs', 'BOOL', null, 'thumbs up or down'],
  ['comment', 'TEXT', null, 'free text'],
  ['click', 'IMPLICIT', [0, 1], 'whether an impression was clicked'],
];

const withLabels = new Set<ValueKind>(['CORRECTION', 'LABEL']);

/** The signals that the tenant accepts; corrections and labels must be one of `labels`. */
export const signals = (labels: ReadonlyArray<string>, at: number): ReadonlyArray<ReferenceSignal> =>
  declared.map(([key, value_kind, range, description]) => ({
    ...head(`reference.signals/${key}`),
    key,
    value_kind,
    min: range?.[0] ?? null,
    max: range?.[1] ?? null,
    labels: withLabels.has(value_kind) ? labels : [],
    description,
    version: '1',
    updated_at: at,
  }));

/** How many of the annotators are in no segment, and how many are staff. */
const unlisted = 4;
const staff = 12;

const segmentsOf = (index: number): ReadonlyArray<string> => [index < staff ? 'staff' : 'crowd', 'annotators'];

/** Segments: annotators are staff or crowd (four are unlisted), visitors are grouped by their first two features. */
export const segments = (bandit: RealData['bandit'], at: number): ReadonlyArray<ReferenceSegment> => {
  const entry = (submitter_id_hash: string, names: ReadonlyArray<string>): ReferenceSegment => ({
    ...head(`reference.segments/${submitter_id_hash}`),
    submitter_id_hash,
    segments: names,
    version: '1',
    updated_at: at,
  });
  const people = annotators.slice(unlisted).map((hash, index) => entry(hash, segmentsOf(index)));
  const visitors = new Map(bandit.map((row) => [visitorHash(row), Object.values(row.features).slice(0, 2)] as const));
  return [...people, ...[...visitors].map(([hash, names]) => entry(hash, names))];
};

/** The submitters whose feedback is refused. */
export const blocklist = (at: number): ReadonlyArray<ReferenceBlock> =>
  abusers.map((submitter_id_hash) => ({
    ...head(`reference.blocklist/${submitter_id_hash}`),
    submitter_id_hash,
    reason: 'floods the shop with made-up clicks',
    version: '1',
    updated_at: at,
  }));
