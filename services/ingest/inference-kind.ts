import type { InferenceLog } from '../../schemas/generated/inference-log.ts';
import { topics } from '../../topologies/feedback/topics.ts';
import { badTime } from './event/edge-rules.ts';
import { repeatKey } from './event/ids.ts';
import { inferenceLogOf } from './event/inference-log.ts';
import type { Origin } from './event/origin.ts';
import { checker } from './payload/check.ts';
import { inferenceSchema } from './payload/inference-schema.ts';
import type { KindParts, Mapped } from './record-kind.ts';
import type { Refusal } from './refusal.ts';

const check = checker(inferenceSchema);

const map = (given: unknown, origin: Origin): Mapped<InferenceLog> | Refusal => {
  const checked = check(given);
  if ('refused' in checked) return checked.refused;
  const body = checked.value;
  const value = inferenceLogOf(body, origin);
  const isNamed = (body.inference_id ?? repeatKey(body, origin)) !== undefined;
  return badTime(value.started, origin.now, '/started') ?? { id: value.inference_id, isNamed, value };
};

/** Inferences as models and gateways log them, on the way to the topic `inference.logged`. */
export const inferenceKind: KindParts<InferenceLog> = {
  name: 'inference',
  topic: topics.inferenceLogged,
  besidesContent: ['event_id', 'schema_version', 'traceparent', 'started'],
  map,
};
