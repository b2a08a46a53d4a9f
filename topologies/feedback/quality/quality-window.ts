import type { Windowed } from '../../../operators/windows/windowed.ts';
import type { Quality } from './model-quality.ts';

/** What a window of quality is of: one version of one model of one tenant. Names and, for `tumble`, where they stand in an observation. */
export const byVersion = { tenant: 'tenant', model_name: 'model_name', model_version: 'model_version' } as const;

/** The names of what a window is of, with their texts. */
export type VersionDims = Readonly<Record<keyof typeof byVersion, string>>;

/** A revision of the quality of a version in one window. */
export type QualityWindow = Windowed<VersionDims, Quality>;
