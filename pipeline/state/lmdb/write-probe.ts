import { fstatSync, ftruncateSync, writeSync } from 'node:fs';

const probeBytes = 256 * 1024;

/**
 * Tries whether a file takes more behind its end, and takes that away again. Returns the error with which it does not; `undefined` if
 * it does. LMDB reports a disk that fills up in the middle of a write as a plain input/output error, which this tells apart.
 */
export const probeWrite = (fd: number): unknown => {
  const { size } = fstatSync(fd);
  try {
    const first = writeSync(fd, Buffer.alloc(probeBytes), 0, probeBytes, size);
    // What was cut short says why only when the rest is tried.
    if (first < probeBytes) writeSync(fd, Buffer.alloc(probeBytes), 0, probeBytes, size + first);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    ftruncateSync(fd, size);
  }
};
