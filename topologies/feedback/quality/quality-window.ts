import type { Windowed } from '../../../operators/windows/windowed.ts';
import { versioned } from '../../../pipeline/core/key.ts';
import { hours, minutes } from '../../../pipeline/core/time.ts';
import { modelQuality, type Quality } from './model-quality.ts';
import type { Observation } from './observation.ts';

/** What a window of quality is of: one version of one model of one tenant. Names and, for `tumble`, where they stand in an observation. */
export const byVersion = { tenant: 'tenant', model_name: 'model_name', model_version: 'model_version' } as const;

/** The names of what a window is of, with their texts. */
export type VersionDims = Readonly<Record<keyof typeof byVersion, string>>;

/** A revision of the quality of a version in one window. */
export type QualityWindow = Windowed<VersionDims, Quality>;

/**
 * Minutes of inference time, so that versions are compared over the same inferences however late their feedback is. They stay open for
 * as long as feedback may wait for its inference. Each task tells its part: feedback is partitioned by target, not by version.
 */
export const byMinute = {
  size: minutes(1),
  lateness: hours(25),
  time: 'started',
  per: byVersion,
  aggregate: modelQuality,
  takesOut: versioned('1', ({ takesOut }: Observation) => takesOut),
  partial: true,
} as const;
