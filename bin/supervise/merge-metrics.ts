/** The metrics of one process, as Prometheus reads them. */
export interface ProcessMetrics {
  readonly slot: string;
  readonly text: string;
}

interface Family {
  readonly head: ReadonlyArray<string>;
  readonly samples: string[];
}

const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+(?: \d+)?)$/;

const labelled = (line: string, slot: string): string => {
  const [, name = '', labels = '', value = ''] = sample.exec(line) ?? [];
  const own = `slot=${JSON.stringify(slot)}`;
  return `${name}{${labels === '' ? own : `${own},${labels}`}} ${value}`;
};

const nameIn = (line: string): string => line.split(' ')[2] ?? '';

const add = (families: Map<string, Family>, { slot, text }: ProcessMetrics): void => {
  let family: Family | undefined;
  let head: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('# HELP ')) head = [line];
    else if (line.startsWith('# TYPE ')) {
      family = families.get(nameIn(line)) ?? { head: [...head, line], samples: [] };
      families.set(nameIn(line), family);
    } else if (sample.test(line)) family?.samples.push(labelled(line, slot));
  }
};

/** One exposition of the metrics of several processes: each sample gets the label `slot`, and each family stands once. */
export const mergeMetrics = (processes: ReadonlyArray<ProcessMetrics>): string => {
  const families = new Map<string, Family>();
  for (const metrics of processes) add(families, metrics);
  return [...families.values()].map(({ head, samples }) => [...head, ...samples, ''].join('\n')).join('\n');
};
