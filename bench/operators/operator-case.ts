import type { Topology } from '../../pipeline/core/graph.ts';
import type { Fed } from '../support/fed.ts';

/** The same work in a loop by hand: a Map and what it takes, no staging, no changelog, no rejects, no provenance. */
export interface ByHand {
  take(fed: Fed): void;
  commit(): void;
  /** How many results it has made. */
  readonly made: number;
}

/** How large a case is. */
export interface Scale {
  /** Keys that live at a time, where keys matter; where they do not, it says how long to warm up. */
  readonly keys: number;
}

/** One operator under measurement: how it is declared, what it is fed, and the loop that it is compared with. */
export interface OperatorCase {
  readonly name: string;
  readonly about: string;
  /** Records a second of CPU that it has to reach. */
  readonly bar: number;
  /** Records a second and core of Flink on the like query of Nexmark, on other machines. */
  readonly flink: number | undefined;
  readonly topology: Topology;
  /** Chunks that fill the state, so that as much expires as comes. */
  readonly warmChunks: number;
  /** The nth chunk, made anew at each call. */
  chunk(n: number): Fed;
  byHand(): ByHand;
}
