import path from 'node:path';
import { type AnyDefinition, loadSync, type MessageTypeDefinition, type PackageDefinition } from '@grpc/proto-loader';
import { MillraceError } from '../../../pipeline/core/errors.ts';

const folder = path.join(import.meta.dirname, '../proto');

/** The name of the service. */
export const serviceName = 'millrace.ingest.v1.Ingest';

/** Whole numbers are numbers, and a field that was not sent is not there, as in JSON. */
const options = { keepCase: true, longs: Number, enums: String, defaults: false, includeDirs: [folder] };

/** Everything that the proto of the API declares. */
export const declared: PackageDefinition = loadSync('millrace/ingest/v1/ingest.proto', options);

const isMessage = (found: AnyDefinition | undefined): found is MessageTypeDefinition<object, object> =>
  found !== undefined && 'serialize' in found && typeof found.serialize === 'function';

/** A message of the proto, by its full name: how it is written and read. */
export const messageOf = (name: string): MessageTypeDefinition<object, object> => {
  const found = declared[name];
  if (isMessage(found)) return found;
  throw new MillraceError('engine_defect', `the proto of the API has no message ${name}`);
};
