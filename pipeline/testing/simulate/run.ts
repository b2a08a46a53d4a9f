import { messageOf } from '../../core/errors.ts';
import type { LogRecord, PlainProducer } from '../../core/ports/cluster.ts';
import { Processes } from '../processes.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { type Fault, faultText } from './fault.ts';
import { Fleet, mayEnd, traceLog } from './fleet.ts';
import { leftOver } from './left-over.ts';
import { Outputs, outputSpecs } from './outputs.ts';
import type { Message } from './message.ts';
import type { Plan, Sending } from './plan.ts';
import type { Stage } from './stage.ts';
import { Trace, type TraceEvent } from './trace.ts';
import { Weather } from './weather.ts';

/** What came of a plan. */
export interface Run {
  readonly outputs: Outputs;
  /** What went wrong besides the outputs: a process that ended as none may, work that was never finished. */
  readonly failures: ReadonlyArray<string>;
  readonly events: ReadonlyArray<TraceEvent>;
  /** How many faults came to pass, by kind. */
  readonly struck: Readonly<Record<string, number>>;
}

/** ms of virtual time. */
const timeouts = { transactionTimeoutMs: 500, sessionTimeoutMs: 400 };
const restStep = 50;
const longestRest = 60_000;
const fewInputs = 40;

/** Made-up records may all be refused; and what is told of windows because it was quiet for a while depends on how long a run takes. */
const always = { deadLetterLimit: { ratio: Infinity, over: 1_000, consecutive: Infinity }, provisionalAfter: 2 * longestRest };

/** What a run is made with. */
interface Parts {
  readonly stage: Stage;
  readonly plan: Plan;
  readonly clock: VirtualClock;
  readonly trace: Trace;
  readonly weather: Weather;
  readonly processes: Processes;
  readonly producer: PlainProducer;
}

/** One run of a plan. */
class Running {
  readonly #parts: Parts;
  readonly #fleet: Fleet;
  readonly #struck: Record<string, number> = {};
  /** The slot of the next process that joins. */
  #joined: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#joined = parts.plan.processes;
    this.#fleet = new Fleet(parts.processes, parts.trace);
    parts.weather.attach({
      crash: (client, { down }) => this.#fleet.crash(client, down),
      expire: (client) => this.#fleet.expire(client),
      struck: (client, fault) => this.#came(client, fault),
      committed: (client) => parts.trace.add(client, 'commits'),
    });
  }

  async run(): Promise<Run> {
    const { plan, stage } = this.#parts;
    await this.#sendAll(plan.sendings.filter(({ message }) => stage.isBroadcast(message)));
    for (let slot = 0; slot < plan.processes; slot += 1) this.#fleet.start(String(slot));
    await this.#playOut();
    const failures = [...this.#fleet.failures, ...(await this.#rest())];
    return { outputs: await this.#outputs(), failures, events: this.#parts.trace.events, struck: this.#struck };
  }

  /** Sends the inputs and lets the faults happen, each at its time. */
  async #playOut(): Promise<void> {
    const { plan, stage, clock } = this.#parts;
    const sendings = plan.sendings.filter(({ message }) => !stage.isBroadcast(message));
    const times = new Set([...sendings, ...plan.faults].map(({ at }) => at));
    for (const now of [...times].sort((a, b) => a - b)) {
      if (now > clock.monotonic()) await clock.advance(now - clock.monotonic());
      await this.#sendAll(sendings.filter(({ at }) => at === now));
      for (const fault of plan.faults) if (fault.at === now) await this.#happen(fault);
    }
  }

  /** Sends messages at once, in order: nobody reads the first before the last is there. */
  async #sendAll(sendings: ReadonlyArray<Sending>): Promise<void> {
    const isFew = this.#parts.plan.sendings.length <= fewInputs;
    for (const { number, message } of isFew ? sendings : []) this.#parts.trace.add('edge', `sends message ${number} to ${message.topic}`);
    await Promise.all(sendings.map(({ message }) => this.#send(message)));
  }

  /** Lets everybody finish in peace, then stops them in order. */
  async #rest(): Promise<ReadonlyArray<string>> {
    const { clock, processes, stage, trace, weather } = this.#parts;
    weather.calm();
    const deadline = clock.monotonic() + longestRest;
    while (this.#fleet.failures.length === 0) {
      await clock.advance(restStep);
      const left = this.#isDrained ? await leftOver(processes.cluster, stage.topology) : ['a process is not drained'];
      if (left.length === 0) break;
      if (clock.monotonic() > deadline) return [`nothing goes on after a minute without trouble: ${left.join(', ')}`];
    }
    this.#fleet.over();
    trace.over();
    return this.#stopAll();
  }

  /** All is done by now: whoever has lost its slot to a twin may say so. */
  async #stopAll(): Promise<ReadonlyArray<string>> {
    const { processes } = this.#parts;
    const failures: string[] = [];
    for (const slot of processes.slots) {
      await processes.stop(slot).catch((error: unknown) => {
        if (!mayEnd(error)) failures.push(`a process could not stop: ${messageOf(error)}`);
      });
    }
    return failures;
  }

  get #isDrained(): boolean {
    return this.#parts.processes.lives.every(({ runner }) => runner?.isDrained === true);
  }

  async #send(message: Message): Promise<void> {
    const { clock, producer, stage } = this.#parts;
    const timestamp = Math.max(clock.now(), message.time ?? 0);
    await producer.send({ topic: message.topic, key: message.key, value: stage.bytesOf(message), timestamp });
  }

  async #happen(fault: Fault): Promise<void> {
    if ('step' in fault) this.#parts.weather.arm(fault);
    else if ('who' in fault) this.#strike(fault);
    else if (fault.kind === 'repeat') await this.#repeat(fault);
    else this.#befall(fault);
  }

  /** What happens to all. */
  #befall(fault: Extract<Fault, { readonly kind: 'rebalance' | 'join' | 'slow' | 'slow-lookups' | 'late-markers' }>): void {
    const { processes, weather } = this.#parts;
    this.#came('cluster', fault);
    switch (fault.kind) {
      case 'rebalance':
        processes.rebalance();
        break;
      case 'join':
        this.#fleet.start(String(this.#joined++));
        break;
      case 'slow':
        weather.slow(fault);
        break;
      case 'late-markers':
        weather.lateMarkers(fault);
        break;
      case 'slow-lookups':
        weather.slowLookups(fault);
        break;
    }
  }

  /** What happens to one process, if it has joined. */
  #strike(fault: Extract<Fault, { readonly who: number }>): void {
    const life = this.#fleet.chosen(fault.who);
    if (life?.runner === undefined) return;
    this.#came(life.client, fault);
    if (fault.kind === 'expire') this.#parts.processes.expire(life.slot);
    else if (fault.kind === 'restart') this.#fleet.restart(life, fault.down);
    else this.#fleet.start(life.slot);
  }

  async #repeat(fault: Extract<Fault, { readonly kind: 'repeat' }>): Promise<void> {
    const sending = this.#parts.plan.sendings.find(({ number }) => number === fault.message);
    if (sending === undefined) return;
    this.#came('edge', fault);
    await this.#send(sending.message);
  }

  #came(who: string, fault: Fault): void {
    this.#parts.trace.add(who, faultText(fault));
    this.#struck[fault.kind] = (this.#struck[fault.kind] ?? 0) + 1;
  }

  async #outputs(): Promise<Outputs> {
    const { processes, stage } = this.#parts;
    const logs = new Map<string, ReadonlyArray<LogRecord>>();
    for (const topic of [...outputSpecs(stage.topology).map((spec) => spec.topic), stage.topology.deadLetter.name]) {
      logs.set(topic, await processes.records(topic));
    }
    return new Outputs(stage.topology, logs);
  }
}

/** Runs a plan to its end, in virtual time. The same plan on the same stage gives the same run, event for event. */
export const runPlan = async (stage: Stage, plan: Plan): Promise<Run> => {
  const clock = new VirtualClock();
  const trace = new Trace(clock);
  const weather = new Weather(clock, plan);
  const lookups = Object.fromEntries(Object.entries(stage.lookups).map(([name, port]) => [name, weather.lookup(port)]));
  const processes = await Processes.of(stage.topology, {
    clock,
    partitions: plan.partitions,
    timeouts,
    wire: stage.wire,
    settings: { ...plan.settings, ...always },
    faults: () => weather.faults,
    deps: (_, client) => ({
      lookups,
      log: traceLog(trace, client),
      makeStore: (spec, { node }) => weather.store(client, spec, node),
    }),
  });
  const producer = await processes.cluster.producer();
  return new Running({ stage, plan, clock, trace, weather, processes, producer }).run();
};
