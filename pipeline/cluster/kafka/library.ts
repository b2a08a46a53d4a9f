import type kafka from '@confluentinc/kafka-javascript';
import { MillraceError } from '../../core/errors.ts';

/**
 * Loads the client when it is first needed: it has a binary, and what needs no Kafka shall run without it. It stands alone because its type is the
 * client's own, which those who do not have the client cannot compile against. Throws `bad_config`.
 */
export const library = async (): Promise<typeof kafka> => {
  try {
    const { default: loaded } = await import('@confluentinc/kafka-javascript');
    return loaded;
  } catch (cause) {
    throw new MillraceError('bad_config', 'The Kafka client is not there: run `npm install @confluentinc/kafka-javascript`.', cause);
  }
};
