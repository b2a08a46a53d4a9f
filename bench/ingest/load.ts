import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { type Answer, Connection } from './connection.ts';
import type { Door, RequestMaker } from './requests.ts';

/** One request: when it was due, by `performance.now()`, how long after that its answer came, in ms, and what that was. */
export interface Shot extends Answer {
  readonly due: number;
  readonly ms: number;
}

/** What a load came to. */
export interface Fired {
  readonly shots: ReadonlyArray<Shot>;
  readonly wallMs: number;
  /** How many requests were due and had no connection in the end. */
  readonly unsent: number;
}

/** As many requests at a time as there are connections, each after the answer to the one before it, for so long. */
export const closedLoad = async (
  door: Door,
  make: RequestMaker,
  { connections, ms }: { connections: number; ms: number },
): Promise<Fired> => {
  const shots: Shot[] = [];
  const opened = await Promise.all(Array.from({ length: connections }, () => Connection.open(door.host, door.port)));
  const start = performance.now();
  const work = async (connection: Connection): Promise<void> => {
    while (performance.now() - start < ms) {
      const due = performance.now();
      const answer = await connection.ask(make());
      shots.push({ ...answer, due, ms: performance.now() - due });
    }
  };
  await Promise.all(opened.map(work));
  const wallMs = performance.now() - start;
  for (const connection of opened) connection.close();
  return { shots, wallMs, unsent: 0 };
};

/** As many at a time as fit into the queue of a server that listens. */
const openedAtOnce = 64;

/** Connections that stay open, as those of clients do that keep theirs. */
class Pool {
  readonly #free: Connection[];

  private constructor(opened: Connection[]) {
    this.#free = opened;
  }

  static async open({ host, port }: Door, size: number): Promise<Pool> {
    const opened: Connection[] = [];
    while (opened.length < size) {
      const more = Math.min(openedAtOnce, size - opened.length);
      opened.push(...(await Promise.all(Array.from({ length: more }, () => Connection.open(host, port)))));
    }
    return new Pool(opened);
  }

  /** A connection that is free; undefined if all are busy. */
  take(): Connection | undefined {
    return this.#free.pop();
  }

  give(connection: Connection): void {
    this.#free.push(connection);
  }

  close(): void {
    for (const connection of this.#free) connection.close();
  }
}

/** What an even load is: requests a second, for so many ms, over so many connections. */
export interface Pace {
  readonly rate: number;
  readonly ms: number;
  readonly connections: number;
}

const lostStatus = 0;
/** Between two looks at what is due: nothing is spun, since the API shares the machine. */
const tickMs = 1;
const second = 1_000;

/** Requests at an even rate, whatever comes of them. The time of each counts from when it was due, so that no wait is left out. */
export const openLoad = async (door: Door, make: RequestMaker, { rate, ms, connections }: Pace): Promise<Fired> => {
  const pool = await Pool.open(door, connections);
  const shots: Shot[] = [];
  const under = new Set<Promise<void>>();
  const shoot = async (connection: Connection, due: number): Promise<void> => {
    try {
      const answer = await connection.ask(make());
      shots.push({ ...answer, due, ms: performance.now() - due });
      pool.give(connection);
    } catch {
      shots.push({ status: lostStatus, accepted: 0, due, ms: performance.now() - due });
    }
  };
  const start = performance.now();
  const total = Math.floor((rate * ms) / second);
  let next = 0;
  while (next < total && performance.now() - start < ms + second) {
    const reached = Math.min(total, Math.floor(((performance.now() - start) * rate) / second));
    while (next < reached) {
      const taken = pool.take();
      if (taken === undefined) break;
      const shot = shoot(taken, start + (next * second) / rate);
      under.add(shot);
      void shot.then(() => under.delete(shot));
      next += 1;
    }
    await systemClock.sleep(tickMs);
  }
  await Promise.all(under);
  pool.close();
  return { shots, wallMs: performance.now() - start, unsent: total - next };
};
