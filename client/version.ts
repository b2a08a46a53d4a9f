/** The version of the package that this client is of. */
export const version = '0.1.0';
