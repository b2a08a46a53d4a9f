/** How this program was started, and what a process that it starts is given. */
export interface ProgramStart {
  /** Options of Node itself. */
  readonly nodeOptions: ReadonlyArray<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What is different for one process. */
export interface ChildPlace {
  readonly slot: string;
  readonly healthPort: number;
}

const given = 'max-semi-space-size';

/**
 * Node's options for a process of a topology. The young generation is made larger than Node's own choice, 16 MiB: chunks live for about one commit
 * interval, and in a small young generation many outlive two collections, are moved to the old one, and make it collect as well. A choice of
 * the user's own stands, here or in `NODE_OPTIONS`.
 */
export const childNodeOptions = ({ nodeOptions, env }: ProgramStart): ReadonlyArray<string> => {
  const isChosen = [...nodeOptions, env.NODE_OPTIONS ?? ''].some((option) => option.replaceAll('_', '-').includes(given));
  return isChosen ? nodeOptions : [...nodeOptions, `--${given}=64`];
};

const kebab = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const argsOf = ([name, value]: readonly [string, unknown]): ReadonlyArray<string> => {
  if (value === true) return [kebab(name)];
  if (Array.isArray(value)) return value.flatMap((one) => [kebab(name), String(one)]);
  return typeof value === 'string' ? [kebab(name), value] : [];
};

/** The flags that are the parent's own business. */
const own: ReadonlySet<string> = new Set(['processes', 'slot', 'healthPort']);

/** The command line of a process: that of its parent, under a slot and a port of its own. */
export const childArgs = (
  topology: string,
  flags: Readonly<Record<string, unknown>>,
  { slot, healthPort }: ChildPlace,
): ReadonlyArray<string> => [
  'run',
  topology,
  ...Object.entries(flags)
    .filter(([name]) => !own.has(name))
    .flatMap(argsOf),
  '--slot',
  slot,
  '--health-port',
  String(healthPort),
];

const mark = 'MILLRACE_SUPERVISED';

/** The environment of a process: that of its parent, without the setting that makes one. */
export const childEnv = ({ env }: ProgramStart): NodeJS.ProcessEnv => ({ ...env, MILLRACE_PROCESSES: '', [mark]: 'true' });

/** Whether this process was started by one that watches over it. */
export const isSupervised = ({ env, connected }: Pick<NodeJS.Process, 'env' | 'connected'>): boolean => env[mark] === 'true' && connected;
