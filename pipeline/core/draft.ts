import type { AnyOperator, Flow, GraphNode } from './graph.ts';
import { internalTopic } from './internal-topics.ts';
import { fitProblems, flowAfter } from './key-flow.ts';
import type { RepartitionOptions, Sink } from './stream.ts';
import type { OutputRef } from './stream-ref.ts';
import type { Topic } from './topic.ts';

type Cases = ReadonlyArray<readonly [name: string, test: (value: unknown) => boolean]>;

const second = 1_000;
const nothing: Flow = { key: undefined, type: undefined, holds: 0, heldBy: undefined };

/** A topology while it is being declared: the nodes so far, in order, and what is wrong with them. */
export class Draft {
  readonly nodes: GraphNode[] = [];
  readonly problems: string[] = [];
  readonly #topology: string;
  readonly #flows = new Map<string, Flow>();

  constructor(topology: string) {
    this.#topology = topology;
  }

  source(name: string, topic: Topic<unknown>, holdsClock: boolean): OutputRef {
    const flow = { ...nothing, key: topic.key, type: topic.type };
    return this.#add({ kind: 'source', name, inputs: [], topic, holdsClock, flow });
  }

  broadcast(name: string, topic: Topic<unknown>): string {
    this.#add({ kind: 'broadcast', name, inputs: [], topic, flow: nothing });
    return name;
  }

  step(input: OutputRef, operator: AnyOperator): OutputRef {
    const before = this.flowOf(input);
    const inputs = operator.shape === 'join' ? [input, operator.right.output] : [input];
    const right = operator.shape === 'join' ? this.flowOf(operator.right.output) : undefined;
    this.problems.push(...fitProblems(operator, before, right));
    return this.#add({ kind: 'step', name: operator.name, inputs, operator, flow: flowAfter(operator, before, right) });
  }

  split(input: OutputRef, name: string, cases: Cases): void {
    if (cases.length === 0) this.problems.push(`split "${name}" has no cases`);
    this.#add({ kind: 'split', name, inputs: [input], cases, flow: this.flowOf(input) });
  }

  merge(inputs: readonly [OutputRef, OutputRef], name: string): OutputRef {
    const [left, right] = [this.flowOf(inputs[0]), this.flowOf(inputs[1])];
    const slower = left.holds >= right.holds ? left : right;
    const key = left.key?.join() === right.key?.join() ? left.key : undefined;
    const type = left.type?.schema === right.type?.schema ? left.type : undefined;
    return this.#add({ kind: 'merge', name, inputs, flow: { key, type, holds: slower.holds, heldBy: slower.heldBy } });
  }

  repartition(input: OutputRef, name: string, options: RepartitionOptions<unknown, string>): OutputRef {
    const before = this.flowOf(input);
    const type = options.type ?? before.type;
    if (type === undefined) {
      this.problems.push(
        `repartition "${name}": how its values are written is not known; give it a type, or give "${input.node}" an output type`,
      );
      return this.#add({ kind: 'merge', name, inputs: [input], flow: { ...before, key: options.key } });
    }
    const topic: Topic<unknown> = {
      kind: 'topic',
      name: internalTopic(this.#topology, name, 'repartition'),
      type,
      key: options.key,
      time: undefined,
      compacted: false,
      config: { 'retention.ms': '-1', 'cleanup.policy': 'delete' },
    };
    const flow = { ...before, key: options.key, type };
    return this.#add({ kind: 'repartition', name, inputs: [input], topic, grain: options.grain ?? second, flow });
  }

  sink(input: OutputRef, name: string, sink: Sink): void {
    this.#add({ kind: 'sink', name, inputs: [input], sink, flow: this.flowOf(input) });
  }

  /** What is known of an output; side outputs carry other values than the main one, so neither key nor type is known of them. */
  flowOf(output: OutputRef): Flow {
    const flow = this.#flows.get(output.node) ?? nothing;
    if (output.port === undefined || this.#isSplit(output.node)) return flow;
    return { ...flow, key: undefined, type: undefined };
  }

  #isSplit(name: string): boolean {
    return this.nodes.some((node) => node.name === name && node.kind === 'split');
  }

  #add(node: GraphNode): OutputRef {
    this.nodes.push(Object.freeze(node));
    this.#flows.set(node.name, node.flow);
    return { node: node.name, port: undefined };
  }
}
