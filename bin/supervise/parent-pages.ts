import { jsonPage, type Page, type Pages, textPage } from '../../pipeline/runtime/health-server.ts';
import { mergeMetrics } from './merge-metrics.ts';

/** A process, as the pages of its parent tell it. */
export interface WatchedProcess {
  readonly slot: string;
  /** Undefined between two starts. */
  readonly pid: number | undefined;
  readonly restarts: number;
  /** The base URL of its own health server; undefined while that is not known. */
  readonly url: string | undefined;
}

interface Answer {
  readonly process: WatchedProcess;
  /** Undefined if it does not answer. */
  readonly status: number | undefined;
  readonly text: string;
}

const answerMs = 3_000;
const exposition = 'text/plain; version=0.0.4; charset=utf-8';

const ask = async (process: WatchedProcess, page: string): Promise<Answer> => {
  const { url, pid } = process;
  if (url === undefined || pid === undefined) return { process, status: undefined, text: '' };
  try {
    const response = await fetch(url + page, { signal: AbortSignal.timeout(answerMs) });
    return { process, status: response.status, text: await response.text() };
  } catch {
    return { process, status: undefined, text: '' };
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const told = ({ process, text }: Answer): object => {
  const { slot, pid = null, restarts, url = null } = process;
  return { slot, pid, restarts, url, status: parsed(text) };
};

const probe = (answers: ReadonlyArray<Answer>, isOk: (answer: Answer) => boolean): Page => {
  const ok = answers.every(isOk);
  const processes = Object.fromEntries(answers.map((answer) => [answer.process.slot, isOk(answer)]));
  return jsonPage({ ok, processes }, ok ? 200 : 503);
};

/**
 * The pages of a parent, made of those of its processes: it is alive unless one of them says that it hangs (one that is being started again does not), and
 * ready when all are. Metrics carry the label `slot`.
 */
export const parentPages = (processes: () => ReadonlyArray<WatchedProcess>): Pages => {
  const all = (page: string): Promise<ReadonlyArray<Answer>> => Promise.all(processes().map((process) => ask(process, page)));
  return {
    '/healthz': async () => probe(await all('/healthz'), ({ status }) => status !== 503),
    '/readyz': async () => probe(await all('/readyz'), ({ status }) => status === 200),
    '/metrics': async () => {
      const answers = (await all('/metrics')).filter(({ status }) => status === 200);
      return textPage(mergeMetrics(answers.map(({ process, text }) => ({ slot: process.slot, text }))), exposition);
    },
    '/status': async () => jsonPage({ processes: (await all('/status')).map(told) }),
  };
};
