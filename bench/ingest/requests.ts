/** The path of single feedback, and that of a batch. */
export const paths = { single: '/v1/feedback', batch: '/v1/feedback:batch' } as const;

/** Items of a batch. */
export const batchItems = 100;

const target = (nth: number): string => `0197b3c2-5897-7b2f-8a63-${String(nth).padStart(12, '0')}`;

/** A rating with a reason, as a page sends it: about 250 bytes. */
const ratingOf = (nth: number): object => ({
  inference_id: target(nth),
  model_version: 'v4.2',
  rating: 1 + (nth % 5),
  rationale: 'the answer names the right city but not the right museum',
  submitter: { id_hash: 'c0ffee00c0ffee00c0ffee00c0ffee00', kind: 'user' },
  user_context: { session_id: `session-${nth % 1_000}`, locale: 'en-GB' },
});

/** The body of the nth single request. */
export const singleBody = (nth: number): string => JSON.stringify(ratingOf(nth));

/** The body of the nth batch; each item has a key of its own. */
export const batchBody = (run: string, nth: number): string =>
  JSON.stringify({
    items: Array.from({ length: batchItems }, (_, at) => ({
      ...ratingOf(nth * batchItems + at),
      idempotency_key: `${run}-${nth}-${at}`,
    })),
  });

/** Where requests go and under which API key. */
export interface Door {
  readonly host: string;
  readonly port: number;
  readonly key: string;
}

/** Makes requests, one after the other, as they go over the wire. */
export type RequestMaker = () => Buffer;

const requestOf = ({ host, port, key }: Door, path: string, { body, header }: { readonly body: string; readonly header: string }): Buffer =>
  Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: ${host}:${port}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n` +
      `${header}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

/** Single feedback, each under an Idempotency-Key of its own. `run` keeps the keys of two runs apart. */
export const singles = (door: Door, run: string): RequestMaker => {
  let nth = 0;
  return () => {
    nth += 1;
    return requestOf(door, paths.single, { body: singleBody(nth), header: `idempotency-key: ${run}-${nth}\r\n` });
  };
};

/** Batches of a hundred. */
export const batches = (door: Door, run: string): RequestMaker => {
  let nth = 0;
  return () => {
    nth += 1;
    return requestOf(door, paths.batch, { body: batchBody(run, nth), header: '' });
  };
};
