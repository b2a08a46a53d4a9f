/** A refusal in the terms of Confluent's HTTP API: its status and its error code. */
export class RegistryError extends Error {
  readonly status: number;
  readonly code: number;

  /** The code's first three digits are the status, as everywhere in Confluent's API. */
  constructor(code: number, message: string) {
    super(message);
    this.name = 'RegistryError';
    this.code = code;
    this.status = code > 999 ? Math.floor(code / 100) : code;
  }
}
