import { cut } from '../../pipeline/core/cut.ts';
import { messageOf } from '../../pipeline/core/errors.ts';
import { isOutside, type Topology } from '../../pipeline/core/graph.ts';
import { internalTopic } from '../../pipeline/core/internal-topics.ts';
import type { Wire } from '../../pipeline/core/ports/wire.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import { writeCoordinates } from '../../pipeline/runtime/headers.ts';
import type { Letter } from '../../pipeline/runtime/redrive/letter.ts';
import type { Verdict } from '../../pipeline/runtime/redrive/verdict.ts';

/** A letter as plain data. */
export interface ShownLetter {
  readonly at: string;
  readonly written: string;
  readonly node: string;
  readonly rule: string;
  readonly detail: string;
  readonly attempts: number;
  readonly refused_at: string | undefined;
  readonly provenance: string;
  /** Why it would stay; undefined if it would be redriven, as far as the topology tells. */
  readonly stays: string | undefined;
}

/** A letter with what is in it. */
export interface OpenedLetter extends ShownLetter {
  readonly headers: Readonly<Record<string, string>>;
  readonly key: string | null;
  readonly bytes: number;
  /** The value, if its bytes can be read under the schema of the topic. */
  readonly value: unknown;
  /** Why they cannot, and the bytes then: as text if they are text, else in hex. */
  readonly unreadable: string | undefined;
  readonly raw: string | undefined;
}

/** A letter without its contents. */
export const shownLetter = (letter: Letter, verdict: Verdict): ShownLetter => ({
  at: writeCoordinates(letter.at),
  written: new Date(letter.writtenAt).toISOString(),
  node: letter.node,
  rule: letter.rule,
  detail: letter.detail,
  attempts: letter.attempts,
  refused_at: letter.refused === undefined ? undefined : writeCoordinates(letter.refused),
  provenance: letter.provenance,
  stays: 'reason' in verdict ? verdict.reason : undefined,
});

const typeOf = (topology: Topology, topic: string | undefined): RecordType<unknown> | undefined => {
  const entry = cut(topology)
    .flatMap(({ entries }) => entries)
    .find((other) => other.topic.name === topic);
  if (entry !== undefined) return entry.topic.type;
  for (const node of topology.nodes) {
    if (node.kind !== 'sink' || !isOutside(node.sink)) continue;
    if (internalTopic(topology.name, node.name, 'delivery') === topic) return node.sink.type;
  }
  return undefined;
};

const isText = (bytes: Buffer): boolean => {
  const text = bytes.toString('utf8');
  // What a terminal would not show makes bytes no text.
  return !text.includes('\ufffd') && !/[\u0000-\u0008\u000e-\u001f]/.test(text);
};

const textOf = (bytes: Buffer): string => (isText(bytes) ? bytes.toString('utf8') : `0x${bytes.toString('hex')}`);

const decoded = async (wire: Wire, type: RecordType<unknown>, bytes: Buffer): Promise<unknown> => {
  const decoder = wire.decoder(type);
  const unknown = decoder.unknownId(bytes);
  if (unknown !== undefined) await decoder.learn(unknown);
  return decoder.decode(bytes);
};

type Contents = Pick<OpenedLetter, 'value' | 'unreadable' | 'raw'>;

const contentsOf = async (topology: Topology, wire: Wire, { record, refused }: Letter): Promise<Contents> => {
  const { value: bytes } = record;
  if (bytes === null) return { value: undefined, unreadable: 'it has no bytes', raw: undefined };
  const type = typeOf(topology, refused?.topic);
  if (type === undefined) return { value: undefined, unreadable: 'the topology does not read that topic', raw: textOf(bytes) };
  try {
    return { value: await decoded(wire, type, bytes), unreadable: undefined, raw: undefined };
  } catch (error) {
    return { value: undefined, unreadable: messageOf(error), raw: textOf(bytes) };
  }
};

/** A letter with its headers and its value, decoded as far as it can be. */
export const openedLetter = async (
  of: { readonly topology: Topology; readonly wire: Wire },
  letter: Letter,
  verdict: Verdict,
): Promise<OpenedLetter> => {
  const headers = (letter.record.headers ?? []).flatMap((header) => Object.entries(header));
  return {
    ...shownLetter(letter, verdict),
    headers: Object.fromEntries(headers.map(([name, value]) => [name, textOf(value)])),
    key: letter.record.key === null ? null : textOf(letter.record.key),
    bytes: letter.record.value?.length ?? 0,
    ...(await contentsOf(of.topology, of.wire, letter)),
  };
};
