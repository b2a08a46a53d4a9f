import { z } from 'zod';
import { messageOf } from '../../../pipeline/core/errors.ts';
import { type FileRows, type Line, readRows } from './file-rows.ts';

const prediction = z
  .object({
    inference_id: z.guid(),
    model_name: z.string().min(1),
    model_version: z.string().min(1),
    at: z.number().min(946_684_800, 'before the year 2000').max(4_102_444_800, 'after the year 2099'),
    pixels: z.array(z.number()).min(1).max(4096),
    logits: z.array(z.number()).min(2),
    predicted: z.int().min(0),
    truth: z.int().min(0),
  })
  .refine(({ predicted, truth, logits }) => Math.max(predicted, truth) < logits.length, 'predicted or truth is no class of the logits')
  .transform(({ at, ...row }) => ({ ...row, at: Math.round(at * 1e6) }));

/** One prediction of a classifier, with the truth. `at` is in µs since the epoch, UTC. */
export type Prediction = Readonly<z.infer<typeof prediction>>;

const parsed = (text: string, number: number): Line => {
  try {
    const value: unknown = JSON.parse(text);
    return { number, value };
  } catch (error) {
    return { number, reason: `no JSON: ${messageOf(error)}` };
  }
};

/** Reads `digits-predictions.jsonl` text; the form is in data/README.md. */
export const readDigits = (text: string): FileRows<Prediction> =>
  readRows({
    lines: text.split('\n').flatMap((line, index) => (line === '' ? [] : [parsed(line, index + 1)])),
    schema: prediction,
    identity: (row) => row.inference_id,
  });
