import type { PatienceLimits } from '../core/patiently.ts';

/** How long it is asked for what nothing goes on without: not for so long that a process counts as hung, or its member is given up. */
export const standingPatience: PatienceLimits = { firstMs: 100, mostMs: 5_000, budgetMs: 90_000 };
