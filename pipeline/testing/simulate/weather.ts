import type { MemoryFaults, Step } from '../../cluster/memory/faults.ts';
import { MillraceError } from '../../core/errors.ts';
import type { Lookup } from '../../core/ports/lookup.ts';
import type { StateSpec } from '../../core/operator.ts';
import type { StateStore } from '../../core/ports/store.ts';
import { memoryStore } from '../../state/memory-store.ts';
import { seeded } from '../seeded.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Fault } from './fault.ts';

/** A fault that waits for a step of a commit. */
export type StepFault = Extract<Fault, { readonly when: 'before' | 'after' }>;

type When = StepFault['when'];

/** What the weather has to be able to do and to tell. */
export interface WeatherHooks {
  /** A process dies at this very step. */
  crash(client: string, fault: StepFault & { readonly kind: 'crash' }): void;
  /** The group gives up on a process. */
  expire(client: string): void;
  /** A fault has struck a process. */
  struck(client: string, fault: StepFault): void;
  /** A process has committed a transaction. */
  committed(client: string): void;
}

/** What something takes for a while, in ms. */
interface Lasting {
  readonly for: number;
  readonly by: number;
}

interface Spell {
  readonly until: number;
  readonly by: number;
}

const noSpell: Spell = { until: 0, by: 0 };

/** Operations that are everyday and cost nothing: no jitter for them, or a run would consist of waiting. */
const everyday = new Set(['poll', 'send', 'produce']);

/** All that goes wrong between the processes and their cluster, stores and lookups: what `arm` is given, when it comes to it. Nothing once `calm`. */
export class Weather {
  readonly #clock: VirtualClock;
  readonly #jitter: number;
  readonly #random: () => number;
  #hooks: WeatherHooks = { crash: () => undefined, expire: () => undefined, struck: () => undefined, committed: () => undefined };
  #armed: StepFault[] = [];
  #slow = noSpell;
  #slowLookups = noSpell;
  #lateMarkers = noSpell;
  #isCalm = false;

  constructor(clock: VirtualClock, of: { readonly seed: number; readonly jitter: number }) {
    this.#clock = clock;
    this.#jitter = of.jitter;
    this.#random = seeded(of.seed ^ 0x5eed);
  }

  /** Whom it strikes. */
  attach(hooks: WeatherHooks): void {
    this.#hooks = hooks;
  }

  /** For the cluster. */
  get faults(): MemoryFaults {
    return {
      before: (step) => this.#operation(step, 'before'),
      after: (step) => this.#operation(step, 'after'),
      markerLag: () => this.#inSpell(this.#lateMarkers),
    };
  }

  /** From now on the fault strikes the first process that takes its step. */
  arm(fault: StepFault): void {
    this.#armed.push(fault);
  }

  /** Every operation takes `by` ms for a while. */
  slow(spell: Lasting): void {
    this.#slow = this.#spell(spell);
  }

  /** The markers of commits come `by` ms late for a while. */
  lateMarkers(spell: Lasting): void {
    this.#lateMarkers = this.#spell(spell);
  }

  /** Every lookup takes `by` ms for a while. */
  slowLookups(spell: Lasting): void {
    this.#slowLookups = this.#spell(spell);
  }

  /** Ends all trouble. */
  calm(): void {
    this.#isCalm = true;
    this.#armed = [];
  }

  /** A lookup that takes its time when it has to. */
  lookup(port: Lookup<unknown>): Lookup<unknown> {
    return {
      fetch: async (keys, signal) => {
        await this.#clock.sleep(this.#inSpell(this.#slowLookups));
        return port.fetch(keys, signal);
      },
    };
  }

  /** A store in memory whose `publish` is a step like those of the cluster. */
  store(client: string, spec: StateSpec<unknown>, node: string): StateStore<unknown> {
    const store = memoryStore(spec, { node });
    const publish = store.publish.bind(store);
    store.publish = async (position) => {
      await this.#strike('publish', 'before', client);
      await publish(position);
      await this.#strike('publish', 'after', client);
    };
    return store;
  }

  #operation({ operation, client }: Step, when: When): Promise<void> | undefined {
    if (when === 'after' && operation === 'commit') this.#hooks.committed(client);
    if (this.#isCalm || !client.startsWith('process-')) return undefined;
    return this.#strike(operation, when, client) ?? this.#delay(operation);
  }

  #strike(step: string, when: When, client: string): Promise<void> | undefined {
    const at = this.#armed.findIndex((fault) => fault.step === step && fault.when === when);
    const fault = this.#armed[at];
    if (fault === undefined) return undefined;
    this.#armed.splice(at, 1);
    this.#hooks.struck(client, fault);
    switch (fault.kind) {
      case 'stall':
        if (fault.expires) this.#hooks.expire(client);
        return this.#clock.sleep(fault.for);
      case 'crash':
        this.#hooks.crash(client, fault);
        throw new MillraceError('cluster_unavailable', 'the process has crashed');
      case 'answer':
        throw new MillraceError(fault.code, `${step} is answered so on purpose`);
    }
  }

  #spell({ for: ms, by }: Lasting): Spell {
    return { until: this.#clock.monotonic() + ms, by };
  }

  #inSpell({ until, by }: Spell): number {
    return !this.#isCalm && this.#clock.monotonic() < until ? by : 0;
  }

  #delay(operation: string): Promise<void> | undefined {
    if (everyday.has(operation)) return undefined;
    const ms = this.#inSpell(this.#slow) + Math.floor(this.#random() * (this.#jitter + 1));
    return ms === 0 ? undefined : this.#clock.sleep(ms);
  }
}
