import type { AnyOperator, Flow } from './graph.ts';

const covers = (stateKey: ReadonlyArray<string>, path: string): boolean =>
  stateKey.some((held) => held === path || (held.endsWith('.*') && path.startsWith(held.slice(0, -1))));

const listed = (paths: ReadonlyArray<string>): string => paths.map((path) => `"${path}"`).join(', ');

const stateProblems = (operator: AnyOperator, before: Flow): ReadonlyArray<string> => {
  if (operator.state === undefined || operator.partial === true) return [];
  const { name, stateKey } = operator;
  if (stateKey === undefined) return [`"${name}" keeps state but does not say under which fields: give it a key, or say partial`];
  if (before.key === undefined) return [`"${name}" keeps state, but its input has no partition key any more: put a repartition before it`];
  const missing = before.key.filter((path) => !covers(stateKey, path));
  if (missing.length === 0) return [];
  return [
    `"${name}" keeps its state under ${listed(stateKey)}, which lacks ${listed(missing)} of the stream's partition key: ` +
      'add it to the key, say partial, or put a repartition before it',
  ];
};

const placesOf = (key: ReadonlyArray<string> | undefined, on: ReadonlyArray<string>): string =>
  key === undefined ? 'none' : key.map((path) => on.indexOf(path)).join();

const keyOf = ({ key }: Flow): string => (key === undefined ? 'no key' : listed(key));

/** Two sides are co-partitioned if the parts of one partition key stand at the same places of the join key as those of the other. */
const joinProblems = (operator: AnyOperator, before: Flow, right: Flow | undefined): ReadonlyArray<string> => {
  if (operator.shape !== 'join' || right === undefined) return [];
  const { name, stateKey = [], rightKey } = operator;
  const mine = placesOf(before.key, stateKey);
  if (mine === placesOf(right.key, rightKey) && !mine.includes('-1') && mine !== 'none') return [];
  return [
    `join "${name}": its sides are not partitioned alike: ${keyOf(before)} on the left, ${keyOf(right)} on the right; ` +
      `it matches ${listed(stateKey)} with ${listed(rightKey)}: repartition one side`,
  ];
};

const latenessProblems = (operator: AnyOperator, held: Flow): ReadonlyArray<string> => {
  if (operator.lateness === undefined || operator.lateness >= held.holds) return [];
  return [
    `"${operator.name}" takes records up to ${operator.lateness} ms late, but "${held.heldBy ?? ''}" before it may hold them for ${held.holds} ms: ` +
      'give the window a lateness of at least that',
  ];
};

const slower = (before: Flow, right: Flow | undefined): Flow => (right !== undefined && right.holds > before.holds ? right : before);

/** What is wrong with an operator at this place, a sentence each. */
export const fitProblems = (operator: AnyOperator, before: Flow, right: Flow | undefined): ReadonlyArray<string> => [
  ...(operator.shape === 'join' ? [] : stateProblems(operator, before)),
  ...joinProblems(operator, before, right),
  ...latenessProblems(operator, slower(before, right)),
];

const movedKey = (key: Flow['key'], moves: AnyOperator['moves']): Flow['key'] => {
  if (key === undefined || moves === undefined) return key;
  const moved = key.flatMap((path) => moves[path] ?? []);
  return moved.length === key.length ? moved : undefined;
};

/** What is known of the stream behind an operator. */
export const flowAfter = (operator: AnyOperator, before: Flow, right: Flow | undefined): Flow => {
  const held = slower(before, right);
  return {
    key: operator.partial === true ? undefined : (operator.keyed ?? movedKey(before.key, operator.moves)),
    type: operator.output ?? (operator.keeps === true ? before.type : undefined),
    holds: operator.holds ?? held.holds,
    heldBy: operator.holds === undefined ? held.heldBy : operator.name,
  };
};
