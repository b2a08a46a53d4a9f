import { fstatSync, readSync } from 'node:fs';

/** What the head of an LMDB file says of its length. */
export interface FileHeader {
  /** Bytes that the pages in use take. */
  readonly needed: number;
  /** Bytes that the file has. */
  readonly length: number;
}

const magic = 0xbeefc0de;
const dataVersion = 2;
const pageSizes = new Set([4_096, 8_192, 16_384, 32_768, 65_536]);
const headBytes = 168;
const at = { magic: 24, version: 28, pageSize: 48, lastPage: 144, transaction: 152 } as const;

const readHead = (fd: number, position: number): Buffer | undefined => {
  const bytes = Buffer.alloc(headBytes);
  if (readSync(fd, bytes, 0, headBytes, position) < headBytes) return undefined;
  return bytes.readUInt32LE(at.magic) === magic && bytes.readUInt32LE(at.version) === dataVersion ? bytes : undefined;
};

/**
 * Reads the two meta pages of an LMDB file as the binding writes them (data version 2, little-endian), without mapping it: a file that
 * is shorter than its pages in use would end the process when it is read. `undefined` if it does not begin like one.
 */
export const readFileHeader = (fd: number): FileHeader | undefined => {
  const first = readHead(fd, 0);
  if (first === undefined) return undefined;
  const pageSize = first.readUInt32LE(at.pageSize);
  const second = pageSizes.has(pageSize) ? readHead(fd, pageSize) : undefined;
  if (second === undefined) return undefined;
  const latest = first.readBigUInt64LE(at.transaction) >= second.readBigUInt64LE(at.transaction) ? first : second;
  return { needed: (Number(latest.readBigUInt64LE(at.lastPage)) + 1) * pageSize, length: fstatSync(fd).size };
};
