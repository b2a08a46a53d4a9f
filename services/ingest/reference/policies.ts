/** What becomes of feedback whose signal nobody has declared: refused, or taken and left to the topology. */
export const undeclaredPolicies = ['reject', 'accept'] as const;

/** One of the policies. */
export type UndeclaredPolicy = (typeof undeclaredPolicies)[number];
