import { pino } from 'pino';
import type { Log } from '../core/ports/log.ts';

/** How much is logged. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Structured log lines as JSON on standard error, one a line, so that standard output stays a program's own. */
export const jsonLog = (level: LogLevel): Log => pino({ level, base: null }, pino.destination({ fd: 2, sync: true }));
