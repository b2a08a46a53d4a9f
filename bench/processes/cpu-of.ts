import { existsSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second here, whatever its own tick is. */
const tickMs = 10;
const userTime = 11;
const systemTime = 12;

/** Whether the system tells what other processes take: Linux does. */
export const canTellCpu = (): boolean => existsSync('/proc/self/stat');

/** CPU time that all threads of a running process have taken so far, in ms, to the hundredth of a second (proc(5), fields 14 and 15). */
export const cpuOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets, which may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[userTime]) + Number(fields[systemTime])) * tickMs;
};
