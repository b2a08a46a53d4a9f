import { prepared } from '../../test/support/prepared.ts';

/** Why there is no Apache Kafka to start on this machine; undefined if there is one. */
export const missingKafka = (): string | undefined => {
  const found = prepared('kafka');
  return 'missing' in found ? `Apache Kafka: ${found.missing}` : undefined;
};
