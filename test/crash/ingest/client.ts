import { v5 } from 'uuid';
import type { Draw } from '../../../pipeline/testing/draw.ts';
import { Caller, type CallerParts, type Sending } from './caller.ts';
import type { Ledger } from './ledger.ts';

/** The tenants that send. Their signals are declared before. */
export const tenants = ['acme', 'globex'] as const;

const namespace = '1f0f3c3e-8d39-5a5c-9d27-3b0b6a4f2f61';

/** How often a client does something besides the plain way. */
const shares = { batch: 0.5, ownId: 0.5, clientId: 0.3, feedbackFirst: 0.3, repeat: 0.15, contradict: 0.04 };
const most = 12;

/** A client of the API: logs inferences and judges each of them, one unit of work after the other, until it is told to end. */
export class Client {
  readonly #name: string;
  readonly #draw: Draw;
  readonly #ledger: Ledger;
  readonly #caller: Caller;
  #number = 0;

  constructor(name: string, parts: CallerParts) {
    this.#name = name;
    this.#draw = parts.draw;
    this.#ledger = parts.ledger;
    this.#caller = new Caller(parts);
  }

  /** Works until `isOver`; what was begun is brought to its end. */
  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) await this.#unit();
  }

  async #unit(): Promise<void> {
    const tenant = this.#draw.pick(tenants);
    const count = this.#draw.chance(shares.batch) ? this.#draw.whole(2, most) : 1;
    const isFirst = this.#draw.chance(shares.feedbackFirst);
    const inferences = Array.from({ length: count }, () => this.#inference(tenant, isFirst || this.#draw.chance(shares.ownId)));
    // Without an id of its own an inference has to be answered before it can be judged.
    if (!isFirst) await this.#caller.deliver(inferences);
    const judged = inferences.map(({ entry }) => this.#feedback(tenant, entry.own_id ?? entry.ids[0] ?? ''));
    await this.#caller.deliver(judged);
    if (isFirst) await this.#caller.deliver(inferences);
    if (this.#draw.chance(shares.repeat)) await this.#caller.deliver(this.#draw.chance(0.5) ? judged : inferences);
    const [one] = judged;
    if (one !== undefined && this.#draw.chance(shares.contradict)) await this.#caller.contradict(one, { ...one.body, rating: 1 });
  }

  #next(): string {
    this.#number += 1;
    return `${this.#name}-${this.#number}`;
  }

  #inference(tenant: string, hasId: boolean): Sending {
    const key = `inference-${this.#next()}`;
    const id = hasId ? v5(key, namespace) : null;
    const entry = this.#ledger.add({ kind: 'inference', tenant, key, own_id: id, rating: null, target: null });
    const named = id === null ? {} : { inference_id: id };
    return {
      entry,
      body: { ...named, idempotency_key: key, model_name: 'places', model_version: 'v1', operation: 'classify', output: key },
    };
  }

  #feedback(tenant: string, target: string): Sending {
    const key = `feedback-${this.#next()}`;
    const rating = this.#draw.whole(2, 5);
    const entry = this.#ledger.add({ kind: 'feedback', tenant, key, own_id: null, rating, target });
    const name = this.#draw.chance(shares.clientId) ? 'id' : 'idempotency_key';
    return { entry, body: { [name]: key, inference_id: target, rating } };
  }
}
