/** The parts of a `traceparent` (W3C Trace Context, level 1, 3.2). */
export interface TraceParent {
  /** 32 hex digits. */
  readonly traceId: string;
  /** The span that sent it: 16 hex digits. */
  readonly spanId: string;
  /** Whether its sender records the trace. */
  readonly isSampled: boolean;
}

const form = /^(?!ff)[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-([0-9a-f]{2})$/;

const sampledFlag = 1;

/** Reads a `traceparent`. Undefined for what is none: W3C wants that passed over, as if it had not been sent. */
export const parseTraceParent = (text: unknown): TraceParent | undefined => {
  const [, traceId, spanId, flags] = (typeof text === 'string' ? form.exec(text) : null) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & sampledFlag) === sampledFlag };
};

/** Writes a `traceparent` of version 00. */
export const formatTraceParent = ({ traceId, spanId, isSampled }: TraceParent): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
