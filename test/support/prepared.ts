import { existsSync, readFileSync } from 'node:fs';

type Prepared = { readonly path: string } | { readonly missing: string };

const list = new URL('../../node_modules/.cache/millrace/test-services.json', import.meta.url);

/** Where `npm run setup -- --test` put what a test service is made of, or the reason why it is missing. */
export const prepared = (
  service: 'kafka' | 'registry' | 'python' | 'mlflow' | 'promtool' | 'streams-jars' | 'streams-classes',
): Prepared => {
  const missing = { missing: 'not set up: npm run setup -- --test prepares it' };
  if (!existsSync(list)) return missing;
  const services = JSON.parse(readFileSync(list, 'utf8')) as Readonly<Partial<Record<string, Prepared>>>;
  return services[service] ?? missing;
};
