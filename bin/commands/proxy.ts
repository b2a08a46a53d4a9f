import type { Command } from 'commander';
import { createClient } from '../../client/client.ts';
import { readSecret } from '../../pipeline/cluster/kafka/read-secret.ts';
import { untilSignalled } from '../../pipeline/runtime/launch/until-signalled.ts';
import { jsonLog } from '../../pipeline/runtime/logger.ts';
import { prometheusMeter } from '../../pipeline/runtime/prometheus-meter.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { defaultSidecarSettings, type SidecarSettings } from '../../services/sidecar/sidecar-settings.ts';
import { startSidecar } from '../../services/sidecar/start-sidecar.ts';
import type { CommandContext } from '../cli/context.ts';
import { exitCodeHelp } from '../cli/exit-codes.ts';
import { addSettings, proxySettings } from '../cli/setting-options.ts';
import type { SettingName, Settings } from '../cli/setting-table.ts';
import { readSettings, type SettingSources } from '../cli/settings.ts';
import { serviceHealth } from '../services/service-health.ts';

type Flags = SettingSources['flags'];

const second = 1_000;
const kibibyte = 1_024;

/** The API takes a mebibyte. */
const mostBytes = 1_000_000;

const settingsFor = ({ proxyHost, proxyPort, proxyKeptKib, upstream }: Settings): SidecarSettings => ({
  ...defaultSidecarSettings,
  address: { host: proxyHost, port: proxyPort },
  upstream: new URL(upstream ?? ''),
  keptBytes: proxyKeptKib * kibibyte,
});

const proxy = async (flags: Flags, { env, signals, print }: CommandContext): Promise<void> => {
  const settings = readSettings({ flags, env }, ['upstream', 'ingest', 'keyFile']);
  // Read for each request, so that the key can be changed while the proxy runs; once now, so that a mistake is told at the start.
  const apiKey = (): Promise<string> => readSecret(settings.keyFile ?? '', 'the API key');
  await apiKey();
  const [clock, log, meter] = [systemClock, jsonLog(settings.logLevel), prometheusMeter()];
  const client = createClient({ url: settings.ingest ?? '', apiKey, batch: { bytes: mostBytes } });
  const sidecar = await startSidecar({ client, clock, log, meter }, settingsFor(settings));
  const health = await serviceHealth(settings, sidecar, meter);
  print(`the proxy listens on ${sidecar.url}; ${health.url}/healthz, /readyz, /metrics\n`);
  await untilSignalled(sidecar, { signals, clock, log, graceMs: settings.graceSeconds * second });
  await health.close();
};

const names: ReadonlyArray<SettingName> = [...proxySettings, 'healthHost', 'healthPort', 'graceSeconds', 'logLevel'];

const example = `
A proxy in front of an OpenAI-compatible API: passes every call on as it is, streams too, and logs chat completions, completions, responses and
embeddings as inferences. The header x-millrace-inference-id of an answer is the id for feedback. Logging neither delays nor fails a call.

Example:
  $ millrace proxy --upstream http://127.0.0.1:11434 --ingest http://127.0.0.1:8080 --key-file key.txt
  $ curl http://127.0.0.1:11435/v1/chat/completions -i -H 'Content-Type: application/json' -d '{"model": …, "messages": …}'`;

/** Adds `millrace proxy`: the proxy that logs calls of models, until a signal ends it. */
export const addProxy = (program: Command, context: CommandContext): void => {
  const command = program.command('proxy').description('pass calls of an OpenAI-compatible API on, and log them as inferences');
  addSettings(command, names)
    .addHelpText('after', example + exitCodeHelp(false))
    .action((flags: Flags) => proxy(flags, context));
};
