import { createHash } from 'node:crypto';

const hex = (bytes: Buffer): string => bytes.toString('hex');

/** The UUID of version 5 (RFC 9562) of a name in a namespace, itself a UUID. */
export const uuid5 = (namespace: string, name: string): string => {
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  return [digest.subarray(0, 4), digest.subarray(4, 6), digest.subarray(6, 8), digest.subarray(8, 10), digest.subarray(10, 16)]
    .map(hex)
    .join('-');
};
