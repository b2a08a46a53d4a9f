import type { DeclaredManifest, Manifest, StateManifest } from '../../core/manifest.ts';

/** By node, the offsets from which on its state counts. */
export type Begins = Manifest['begins'];

const without = (states: ReadonlyArray<StateManifest>, others: ReadonlyArray<StateManifest>): ReadonlyArray<StateManifest> =>
  states.filter(({ node }) => !others.some((other) => other.node === node));

/** The manifest that follows one: what is declared now, and what of the past still matters. */
export const nextManifest = (
  before: Manifest | undefined,
  declared: DeclaredManifest,
  now: { readonly at: number; readonly begins: Begins },
): Manifest => {
  const gone = without([...(before?.state ?? [])], declared.state);
  const earlier = without(without(before?.retired ?? [], gone), declared.state);
  return {
    ...declared,
    format: 1,
    revision: (before?.revision ?? 0) + 1,
    writtenAt: new Date(now.at).toISOString(),
    begins: now.begins,
    retired: [...earlier, ...gone],
  };
};
