import type { Child, ChildEnd } from '../../../bin/supervise/child.ts';

/** A process that ends when a test says so, and notes what it was told. */
export interface FakeChild extends Child {
  readonly told: ReadonlyArray<'ask' | 'kill'>;
  readonly end: (end: Partial<ChildEnd>) => void;
}

/** Makes one. Killed, it ends by SIGKILL. */
export const fakeChild = (): FakeChild => {
  const told: ('ask' | 'kill')[] = [];
  let resolve: (end: ChildEnd) => void = () => undefined;
  const ended = new Promise<ChildEnd>((settle) => (resolve = settle));
  const end = (how: Partial<ChildEnd>): void => resolve({ code: null, signal: null, ...how });
  return {
    pid: 1,
    ended,
    told,
    end,
    ask: () => void told.push('ask'),
    kill: () => {
      told.push('kill');
      end({ signal: 'SIGKILL' });
    },
  };
};
