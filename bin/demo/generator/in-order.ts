import type { Draft, InputTopic, Message, Outcome } from './message.ts';

/** What goes first among messages that arrive in the same microsecond. */
const rank: Readonly<Record<InputTopic, number>> = {
  'reference.signals': 0,
  'reference.segments': 1,
  'reference.blocklist': 2,
  'model.deployments': 3,
  'inference.logged': 4,
  'feedback.received': 5,
};

const named = (draft: Draft, index: number): { readonly message: Message; readonly outcome: Outcome } => {
  const id = `m${String(index).padStart(7, '0')}`;
  const { fate, ...rest } = draft;
  return { message: { id, ...rest }, outcome: { id, topic: draft.topic, ...fate } };
};

/** Puts messages in the order of their arrival, numbers them, and parts them from their fates. */
export const inOrder = (
  drafts: ReadonlyArray<Draft>,
): { readonly messages: ReadonlyArray<Message>; readonly outcomes: ReadonlyArray<Outcome> } => {
  const both = [...drafts].sort((a, b) => a.arrived_at - b.arrived_at || rank[a.topic] - rank[b.topic]).map(named);
  return { messages: both.map(({ message }) => message), outcomes: both.map(({ outcome }) => outcome) };
};
