import type { SubTopologyDescription } from './describe.ts';
import type { DeclaredManifest } from './manifest.ts';
import type { Acceptance, PlanFinding } from './plan-finding.ts';

/** A finding about what a sub-topology reads, and the stateful nodes that it speaks for. */
interface ReadFinding {
  readonly finding: PlanFinding;
  readonly nodes: ReadonlyArray<string>;
}

/** What has changed about the topics that tasks read. */
export interface ReadFindings {
  readonly findings: ReadonlyArray<ReadFinding>;
  /** What is safe, a line each. */
  readonly changes: ReadonlyArray<string>;
}

type Sub = SubTopologyDescription;

/** The sub-topology that this one was: of the same name, or reading a topic that this one reads. */
const wasOf = (sub: Sub, olds: ReadonlyArray<Sub>): Sub | undefined =>
  olds.find(({ name }) => name === sub.name) ?? olds.find(({ topics }) => topics.some((topic) => sub.topics.includes(topic)));

const statefulIn = (sub: Sub, { state }: DeclaredManifest): ReadonlyArray<string> =>
  sub.nodes.filter((name) => state.some(({ node }) => node === name));

const anotherName = (name: string): string =>
  `give the topology another name: topology('${name}-2', …) reads the log from its beginning, with a group, state and internal topics of its own`;

const topicChanges = (was: Sub, sub: Sub): ReadonlyArray<string> => [
  ...was.topics.filter((topic) => !sub.topics.includes(topic)).map((topic) => `reads ${topic} no more`),
  ...sub.topics.filter((topic) => !was.topics.includes(topic)).map((topic) => `reads ${topic} as well`),
];

const countChanges = (sub: Sub, before: DeclaredManifest, after: DeclaredManifest): ReadonlyArray<string> =>
  sub.topics.flatMap((topic) => {
    const [was, is] = [before.reads[topic]?.partitions, after.reads[topic]?.partitions];
    return was === undefined || was === is ? [] : [`partitions of ${topic}: ${was} → ${is}`];
  });

/** Keys move between partitions when their number changes, away from the state of the tasks; without state they only lose their order. */
const whyOf = (hasState: boolean, counts: ReadonlyArray<string>): string => {
  if (counts.length === 0)
    return 'the group has no place in topics that are new to it, and leaves what it has not read of those that have gone';
  return hasState
    ? 'keys stand in other partitions now, away from the state of their tasks'
    : 'keys stand in other partitions now, so what was written of a key before and after the change may be read in another order';
};

const keepOf = (sub: Sub): string =>
  `keep: --accept ${sub.name}=keep goes on in the same group: topics that are new are read from their beginning, what was not read of others is left`;

const readFinding = (sub: Sub, was: Sub, { before, after }: Versions): ReadonlyArray<ReadFinding> => {
  const counts = countChanges(sub, before, after);
  const changes = [...topicChanges(was, sub), ...counts];
  if (changes.length === 0) return [];
  const nodes = [...new Set([...statefulIn(was, before), ...statefulIn(sub, after)])];
  const isMovable = counts.length === 0 || nodes.length === 0;
  const accepts: ReadonlyArray<Acceptance> = isMovable ? ['keep'] : [];
  const why = `${whyOf(nodes.length > 0, counts)}${nodes.length === 0 ? '' : `; it is the state of ${nodes.join(', ')}`}`;
  const ways = [anotherName(after.description.name), ...(isMovable ? [keepOf(sub)] : [])];
  return [{ finding: { verdict: 'needs-new-group', node: sub.name, changes, why, accepts, ways }, nodes }];
};

interface Versions {
  readonly before: DeclaredManifest;
  readonly after: DeclaredManifest;
}

const isRepartition = (topic: string, { description }: DeclaredManifest): boolean =>
  description.nodes.some(({ kind, topics }) => kind === 'repartition' && topics.includes(topic));

/** A sub-topology that is gone leaves what it has not read: for a source that is what was asked for, for a repartition it is a loss. */
const goneFinding = (sub: Sub, { before, after }: Versions): ReadonlyArray<ReadFinding> => {
  const internal = sub.topics.filter((topic) => isRepartition(topic, before));
  if (internal.length === 0) return [];
  return [
    {
      finding: {
        verdict: 'needs-new-group',
        node: sub.name,
        changes: internal.map((topic) => `reads ${topic} no more`),
        why: 'records that were written there and have not been read yet would never be',
        accepts: ['keep'],
        ways: [
          `keep the repartition "${sub.name}" under its name`,
          anotherName(after.description.name),
          `keep: --accept ${sub.name}=keep leaves what has not been read, which is nothing if the group's lag there is 0`,
        ],
      },
      nodes: [],
    },
  ];
};

const timeChanges = ({ before, after }: Versions): ReadonlyArray<string> =>
  Object.entries(after.reads).flatMap(([topic, { time }]) => {
    const was = before.reads[topic];
    if (was === undefined || was.time === time) return [];
    return [`${topic}: its event time was ${was.time ?? 'the timestamp of Kafka'} and is ${time ?? 'the timestamp of Kafka'} from here on`];
  });

/** Compares what sub-topologies read, and in how many partitions. */
export const readFindings = (before: DeclaredManifest, after: DeclaredManifest): ReadFindings => {
  const versions = { before, after };
  const olds = before.description.subTopologies;
  const pairs = after.description.subTopologies.map((sub) => ({ sub, was: wasOf(sub, olds) }));
  const known = new Set(pairs.map(({ was }) => was?.name));
  const gone = olds.filter(({ name }) => !known.has(name));
  const fresh = pairs.filter(({ was }) => was === undefined).map(({ sub }) => sub);
  return {
    findings: [
      ...pairs.flatMap(({ sub, was }) => (was === undefined ? [] : readFinding(sub, was, versions))),
      ...gone.flatMap((sub) => goneFinding(sub, versions)),
    ],
    changes: [
      ...fresh.map(({ name, topics }) => `${name}: new, reads ${topics.join(', ')} from the beginning`),
      ...gone
        .filter((sub) => goneFinding(sub, versions).length === 0)
        .map(({ name, topics }) => `${name}: gone; what was not read of ${topics.join(', ')} is left`),
      ...timeChanges(versions),
    ],
  };
};
