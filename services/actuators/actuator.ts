import type { CommandKind, ModelCommand } from '../../schemas/generated/model-command.ts';

/** What became of a command that an actuator was given. `rule` says in one word why it was not carried out. */
export type Outcome =
  | { readonly status: 'APPLIED'; readonly message: string }
  | { readonly status: 'CONFLICT' | 'REFUSED' | 'FAILED'; readonly rule: string; readonly message: string };

/**
 * What carries commands out: it moves something outside, e.g. an alias in a registry, from one version to another.
 *
 * The same command twice has the effect of once: what it orders is looked for first, and changed only if it still is as it was when the
 * command was decided. What is neither is a conflict, and is left alone.
 */
export interface Actuator {
  /** The kinds of commands that it carries out. All others are not meant for it. */
  readonly kinds: ReadonlyArray<CommandKind>;
  /** Reads what it needs, secrets included. Throws `bad_config` naming what is missing. Does not ask the other side, which may be away. */
  prepare(): Promise<void>;
  /**
   * Carries a command out whose mode is ENFORCE. Resolves when the other side has confirmed it, or will never do it.
   * Throws a retryable `MillraceError` when it should be tried again, whether or not it has taken effect. No text holds a secret.
   */
  apply(command: ModelCommand, signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}

/** The command has taken effect, now or before. */
export const applied = (message: string): Outcome => ({ status: 'APPLIED', message });

/** Nothing was changed, since something else than the command expects is there. */
export const conflict = (message: string): Outcome => ({ status: 'CONFLICT', rule: 'conflict', message });

/** The command never can take effect. */
export const refused = (rule: string, message: string): Outcome => ({ status: 'REFUSED', rule, message });

/** The command names no version to go to. */
export const noTarget: Outcome = refused('no_target', 'the command names no version to go to');
