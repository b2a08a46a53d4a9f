import type { Closables } from '../closables.ts';
import type { Control } from './control.ts';
import type { Connection } from './kafka-options.ts';

/** What all clients of one cluster share. */
export interface Surroundings {
  readonly connection: Connection;
  readonly control: Control;
  readonly made: Closables;
  /** The group protocol that the brokers have, as far as is known. */
  readonly protocol: { current: 'consumer' | 'classic' };
}
