import { hostname } from 'node:os';
import { randomShare } from '../../pipeline/runtime/id-source.ts';
import { startHealthServer } from '../../pipeline/runtime/health-server.ts';
import { jsonLog } from '../../pipeline/runtime/logger.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import type { CommandContext } from '../cli/context.ts';
import type { Settings } from '../cli/setting-table.ts';
import { defaultPort } from '../services/launch-settings.ts';
import type { Child } from './child.ts';
import { childArgs, childEnv, childNodeOptions } from './child-command.ts';
import { forkChild } from './fork-child.ts';
import { parentPages } from './parent-pages.ts';
import { type LineListener, relayLines } from './relay-lines.ts';
import { restartLimits, Restarts } from './restarts.ts';
import { SlotKeeper } from './slot-keeper.ts';
import { supervise } from './supervise.ts';

/** What is to run, in how many processes. */
export interface RunOrder {
  /** As it was typed. */
  readonly topology: string;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly settings: Settings;
  readonly processes: number;
}

/** The slots of the processes: stable through restarts, of them and of their parent, and others on every machine. */
export const slotsOf = ({ slot }: Pick<Settings, 'slot'>, processes: number): ReadonlyArray<string> => {
  const base =
    slot ??
    hostname()
      .replaceAll(/[^a-zA-Z0-9._-]/g, '-')
      .slice(0, 90);
  return Array.from({ length: processes }, (_, index) => `${base}-${index}`);
};

/** A process that has begun says where its pages are. */
const listening = /runs: (https?:\S+)\/status/;

class Place {
  readonly slot: string;
  readonly healthPort: number;
  url: string | undefined;

  constructor(slot: string, host: string, port: number) {
    this.slot = slot;
    this.healthPort = port;
    this.url = port === 0 ? undefined : `http://${host}:${port}`;
  }

  /** Listens on behalf of the pages, too. */
  hearing({ onOutput, onError }: LineListener): LineListener {
    const hear = (line: string): void => {
      this.url = listening.exec(line)?.[1] ?? this.url;
      onOutput(line);
    };
    return { onOutput: hear, onError };
  }
}

/** Each process listens on the port after that of the one before, the first after its parent's. 0 stays 0. */
const placesOf = ({ settings, processes }: RunOrder): ReadonlyArray<Place> => {
  const port = settings.healthPort ?? defaultPort;
  return slotsOf(settings, processes).map((slot, index) => new Place(slot, settings.healthHost, port === 0 ? 0 : port + 1 + index));
};

const starter =
  ({ topology, flags }: RunOrder, { program, env }: CommandContext, listen: (place: Place) => LineListener) =>
  (place: Place): Child =>
    forkChild({
      script: program.script,
      args: childArgs(topology, flags, place),
      nodeOptions: childNodeOptions({ nodeOptions: program.nodeOptions, env }),
      env: childEnv({ nodeOptions: program.nodeOptions, env }),
      ...listen(place),
    });

/** Runs a topology in several processes and watches over them, until a signal or one that ends again and again ends them all. Resolves to the exit code. */
export const runProcesses = async (order: RunOrder, context: CommandContext): Promise<number> => {
  const { settings } = order;
  const { print, signals } = context;
  const log = jsonLog(settings.logLevel);
  const places = placesOf(order);
  const relay = { print, writeLog: context.complain, log };
  const start = starter(order, context, (place) => place.hearing(relayLines(place.slot, relay)));
  const keepers = places.map((place) => {
    const restarts = new Restarts(restartLimits, randomShare);
    return new SlotKeeper({ slot: place.slot, start: () => start(place), restarts, clock: systemClock, log });
  });
  const watched = (): ReturnType<Parameters<typeof parentPages>[0]> =>
    keepers.map(({ slot, pid, restarts }, index) => ({ slot, pid, restarts, url: places[index]?.url }));
  const address = { host: settings.healthHost, port: settings.healthPort ?? defaultPort };
  const health = await startHealthServer(parentPages(watched), address);
  print(`${places.length} processes: ${health.url}/status, /metrics, /readyz\n`);
  try {
    return await supervise(keepers, { signals, clock: systemClock, log, graceMs: settings.graceSeconds * 1000 });
  } finally {
    await health.close();
  }
};
