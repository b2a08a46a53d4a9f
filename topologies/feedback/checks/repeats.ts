/**
 * What differs between two requests that tell one feedback: the times, who carried it, and the identity of the record. All else is its
 * content: a repeat under the same id with other content is a contradiction.
 */
export const besidesContent = [
  'event_id',
  'schema_version',
  'traceparent',
  'event_time',
  'sent_time',
  'received_time',
  'client',
  'api_key_id',
] as const;
