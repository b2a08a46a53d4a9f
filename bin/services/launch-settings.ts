import { randomShare } from '../../pipeline/runtime/id-source.ts';
import type { LaunchSettings } from '../../pipeline/runtime/launch/launch-services.ts';
import { defaultSettings, type RunnerSettings } from '../../pipeline/runtime/settings.ts';
import type { Settings } from '../cli/setting-table.ts';

/** Where the health server listens unless a setting says otherwise. */
export const defaultPort = 9_464;

/** A name that no other process has, for those that are given none. Their transactions are fenced by time-out only. */
const randomSlot = (): string => randomShare().toString(36).slice(2, 10);

/** The settings of a launch as the command line and the environment give them. */
export const launchSettings = (settings: Settings, runner: Partial<RunnerSettings> = {}): LaunchSettings => ({
  runner: {
    ...defaultSettings,
    slot: settings.slot ?? randomSlot(),
    isStatic: settings.membership === 'static',
    ...(settings.group === undefined ? {} : { group: settings.group }),
    ...runner,
  },
  health: { host: settings.healthHost, port: settings.healthPort ?? defaultPort },
});
