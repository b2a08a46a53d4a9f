import type { Destination, Fate } from './message.ts';

const none = { node: null, code: null, training: null, review: null } as const;

/** The ways in which a message can end, as they are written down. */
export const fate = {
  accepted: { ended: 'accepted', ...none },
  duplicate: { ended: 'duplicate', ...none },
  orphaned: { ended: 'orphaned', ...none },
  attributed: (destination: Destination): Fate => ({ ended: 'attributed', ...none, ...destination }),
  rejected: (node: string, code: string): Fate => ({ ...none, ended: 'rejected', node, code }),
} as const;
