import { filter, merge, type Observable, share, Subject, tap } from 'rxjs';
import { type Chunk, type StreamRecord, withRecords } from '../../core/chunk.ts';
import type { SubTopology } from '../../core/cut.ts';
import { MillraceError } from '../../core/errors.ts';
import type { GraphNode, RepartitionNode, SinkNode, SplitNode, StepNode } from '../../core/graph.ts';
import type { BroadcastView, Context } from '../../core/operator.ts';
import type { Store } from '../../core/ports/store.ts';
import { type LookupStage, lookupChunks } from './lookup-stage.ts';
import { Merging } from './merging.ts';
import { nodeContext, noStore, type TaskServices } from './node-context.ts';
import { Ports } from './ports.ts';
import { readingWhile } from './reading-store.ts';
import type { Redriving } from './redriving.ts';

type Chunks = Observable<Chunk<unknown>>;

/** What a wiring needs from its task. */
export interface WiringParts extends TaskServices {
  /** The store of a stateful node. */
  store(node: string): Store<unknown>;
  table(broadcast: string): BroadcastView<unknown>;
  lookup(node: string): LookupStage;
  /** Says which way a redriven chunk takes. */
  readonly redriving: Pick<Redriving, 'leads' | 'isAbove' | 'reached'>;
  /** Takes the chunks that reach a sink or a repartition. */
  write(node: SinkNode | RepartitionNode, chunk: Chunk<unknown>): void;
  /** Counts what went into and came out of an operator. */
  passed(node: string, direction: 'in' | 'out', records: number): void;
  /** Takes an error that no guard caught: a defect. */
  failed(error: unknown): void;
}

/** The inputs of a wired task by the name of each entry. */
export type Wiring = ReadonlyMap<string, Subject<Chunk<unknown>>>;

/** One wiring in the making: the outputs of the nodes so far. */
class Wirer {
  readonly inputs = new Map<string, Subject<Chunk<unknown>>>();
  readonly #outputs = new Map<string, Chunks>();
  readonly #ports = new Map<string, Ports>();
  readonly #feeding = new Map<string, (() => void)[]>();
  readonly #sub: SubTopology;
  readonly #parts: WiringParts;

  constructor(sub: SubTopology, parts: WiringParts) {
    this.#sub = sub;
    this.#parts = parts;
    for (const entry of sub.entries) {
      const chunks = new Subject<Chunk<unknown>>();
      const feeding: (() => void)[] = [];
      this.#feeding.set(entry.name, feeding);
      // Subscribed before any node, so that merges know of a chunk before anything comes of it.
      chunks.subscribe(() => feeding.forEach((tell) => tell()));
      this.inputs.set(entry.name, chunks);
      this.#outputs.set(entry.name, chunks);
    }
  }

  add(node: GraphNode): void {
    switch (node.kind) {
      case 'source':
      case 'broadcast':
        return;
      case 'step':
        return this.#step(node);
      case 'split':
        return this.#split(node);
      case 'merge':
        return this.#merge(node);
      case 'repartition':
      case 'sink':
        return this.#listen(this.#input(node, 0), (chunk) => this.#parts.write(node, chunk));
    }
  }

  #input(node: GraphNode, at: number): Chunks {
    const input = node.inputs[at];
    const chunks = input === undefined ? undefined : this.#chunksOf(input.node, input.port);
    if (chunks === undefined) throw new MillraceError('engine_defect', `"${node.name}" has no input ${at} in "${this.#sub.name}"`);
    return chunks.pipe(filter((chunk) => this.#comesTo(node.name, input?.node ?? '', chunk)));
  }

  #comesTo(node: string, from: string, chunk: Chunk<unknown>): boolean {
    const { redriving } = this.#parts;
    if (!redriving.leads(from, node)) return false;
    redriving.reached(node, chunk);
    return true;
  }

  #chunksOf(node: string, port: string | undefined): Chunks | undefined {
    return port === undefined ? this.#outputs.get(node) : (this.#ports.get(node)?.chunks(port) ?? this.#outputs.get(`${node}#${port}`));
  }

  /** A thrown error must not be left to RxJS, which would report it in a later turn of the event loop. */
  #listen(chunks: Chunks, next: (chunk: Chunk<unknown>) => void): void {
    const failed = (error: unknown): void => this.#parts.failed(error);
    chunks.subscribe({
      next: (chunk) => {
        try {
          next(chunk);
        } catch (error) {
          failed(error);
        }
      },
      error: failed,
    });
  }

  #step(node: StepNode): void {
    const connected = this.#sub.nodes
      .flatMap((other) => other.inputs)
      .filter((input) => input.node === node.name && input.port !== undefined);
    const ports = new Ports(connected.map((input) => input.port ?? ''));
    this.#ports.set(node.name, ports);
    const store = this.#storeOf(node);
    const output = new Subject<Chunk<unknown>>();
    this.#outputs.set(node.name, output);
    this.#listen(this.#build(node, nodeContext(this.#parts, node.name, { store, ports })), (chunk) => {
      this.#parts.passed(node.name, 'out', chunk.records.length);
      output.next(chunk);
      ports.flush(chunk);
    });
  }

  /** What is redriven past a join finds the other side in its store, and changes nothing there. */
  #storeOf({ name, operator }: StepNode): Store<unknown> {
    if (operator.state === undefined) return noStore(name);
    const store = this.#parts.store(name);
    return operator.shape === 'join' ? readingWhile(store, () => this.#parts.redriving.isAbove(name)) : store;
  }

  /** What is redriven past a step that remembers goes around it, where it would come out as it went in, and else no further. */
  #around({ name, operator }: StepNode, chunks: Chunks, run: (chunks: Chunks) => Chunks): Chunks {
    if (operator.state === undefined) return run(chunks);
    const isPast = (): boolean => this.#parts.redriving.isAbove(name);
    const shared = chunks.pipe(share());
    const ran = run(shared.pipe(filter(() => !isPast())));
    return operator.keeps === true ? merge(ran, shared.pipe(filter(isPast))) : ran;
  }

  #build(node: StepNode, context: Context<unknown, Readonly<Record<string, unknown>>>): Chunks {
    const { operator } = node;
    const counted = tap((chunk: Chunk<unknown>) => this.#parts.passed(node.name, 'in', chunk.records.length));
    const left = this.#input(node, 0).pipe(counted);
    switch (operator.shape) {
      case 'step':
        return this.#around(node, left, (chunks) => chunks.pipe(operator.build(context)));
      case 'join':
        return operator.build(context)(left, this.#input(node, 1).pipe(counted));
      case 'broadcast':
        return left.pipe(operator.build(context, this.#parts.table(operator.table.broadcast)));
      case 'lookup':
        return lookupChunks(operator, this.#parts.lookup(node.name), context)(left);
    }
  }

  #split(node: SplitNode): void {
    const outputs = node.cases.map(([name]) => {
      const chunks = new Subject<Chunk<unknown>>();
      this.#outputs.set(`${node.name}#${name}`, chunks);
      return chunks;
    });
    const ports = { connected: new Set<string>(), emit: (): void => undefined };
    const context = nodeContext(this.#parts, node.name, { store: noStore(node.name), ports });
    this.#listen(this.#input(node, 0), (chunk) => {
      const parted = partChunk(node, chunk, context);
      outputs.forEach((output, at) => output.next(withRecords(chunk, parted[at] ?? [])));
    });
  }

  #merge(node: GraphNode): void {
    const output = new Subject<Chunk<unknown>>();
    this.#outputs.set(node.name, output);
    const merging = new Merging((chunk) => output.next(chunk));
    for (const entry of this.#sub.entries) {
      const reached = new Set([...node.inputs.keys()].filter((at) => this.#hangsFrom(node.inputs[at]?.node ?? '', entry.name)));
      this.#feeding.get(entry.name)?.push(() => merging.expect(this.#led(node, reached)));
    }
    node.inputs.forEach((_, at) => this.#listen(this.#input(node, at), (chunk) => merging.take(at, chunk)));
  }

  /** The inputs by which the chunk in hand comes to a node. */
  #led(node: GraphNode, inputs: ReadonlySet<number>): ReadonlySet<number> {
    const isLed = (at: number): boolean => this.#parts.redriving.leads(node.inputs[at]?.node ?? '', node.name);
    return [...inputs].every(isLed) ? inputs : new Set([...inputs].filter(isLed));
  }

  /** Whether what is fed to an entry comes to a node. */
  #hangsFrom(name: string, entry: string): boolean {
    if (name === entry) return true;
    const node = this.#sub.nodes.find((other) => other.name === name && other.kind !== 'repartition');
    return node?.inputs.some((input) => this.#hangsFrom(input.node, entry)) ?? false;
  }
}

/** The records of each case, in order; a record goes to the first case that it meets. */
const partChunk = (node: SplitNode, chunk: Chunk<unknown>, context: Context<unknown, unknown>): ReadonlyArray<StreamRecord<unknown>[]> => {
  const parted = node.cases.map((): StreamRecord<unknown>[] => []);
  let unmatched = 0;
  for (const record of chunk.records) {
    const met = context.attempt(record, (value) => node.cases.findIndex(([, test]) => test(value)));
    if (!met.ok) continue;
    if (met.value < 0) unmatched += 1;
    else parted[met.value]?.push(record);
  }
  if (unmatched > 0) context.count('unmatched', unmatched);
  return parted;
};

/** Wires a sub-topology's nodes for one task: one RxJS subscription a node, fed through the returned inputs. */
export const wireTask = (sub: SubTopology, parts: WiringParts): Wiring => {
  const wirer = new Wirer(sub, parts);
  for (const node of sub.nodes) {
    if (!sub.entries.some((entry) => entry.name === node.name)) wirer.add(node);
  }
  return wirer.inputs;
};
