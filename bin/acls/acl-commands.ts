import type { AccessRule, Operation, Resource } from './access-rules.ts';

/** For whom the commands are, and how the tool that they run reaches the cluster. */
export interface AclTarget {
  /** Kafka's name of the principal, e.g. `User:feedback`. */
  readonly principal: string;
  readonly bootstrap: string;
  /** The path of the client properties of somebody who may alter access rules. */
  readonly commandConfig: string;
}

const flags: Readonly<Record<Resource, string>> = { TOPIC: '--topic', GROUP: '--group', TRANSACTIONAL_ID: '--transactional-id' };

const words: Readonly<Record<Operation, string>> = {
  READ: 'Read',
  WRITE: 'Write',
  CREATE: 'Create',
};

/** Text as one word of a shell. */
const word = (text: string): string => (/^[\w.:/=@,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const kindOf = ({ resource, pattern, operations }: AccessRule): string => [resource, pattern, ...operations].join(' ');

/** Rules that one command can make: of the same kind of resource and with the same operations. */
const together = (rules: ReadonlyArray<AccessRule>): ReadonlyArray<ReadonlyArray<AccessRule>> => {
  const groups = new Map<string, AccessRule[]>();
  for (const rule of rules) groups.set(kindOf(rule), [...(groups.get(kindOf(rule)) ?? []), rule]);
  return [...groups.values()];
};

const commandOf = (rules: ReadonlyArray<AccessRule>, { principal, bootstrap, commandConfig }: AclTarget): string => {
  const [first] = rules;
  const operations = (first?.operations ?? []).map((operation) => `--operation ${words[operation]}`);
  const names = rules.map(({ resource, name }) => `${flags[resource]} ${word(name)}`);
  const prefixed = first?.pattern === 'PREFIXED' ? ['--resource-pattern-type prefixed'] : [];
  const access = `kafka-acls --bootstrap-server ${word(bootstrap)} --command-config ${word(commandConfig)}`;
  return [`${access} --add --allow-principal ${word(principal)}`, ...operations, ...prefixed, ...names].join(' ');
};

/** The commands of Kafka's own tool that make these rules, as few as there can be; a shell runs them as they are. */
export const aclCommands = (rules: ReadonlyArray<AccessRule>, target: AclTarget): ReadonlyArray<string> =>
  together(rules).map((group) => commandOf(group, target));
