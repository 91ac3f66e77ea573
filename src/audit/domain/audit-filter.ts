import type { AuditOutcome, AuditPlane } from './audit-event.js';

/**
 * Filter of events. Names match whole, or by prefix with a final `*`. Members
 * must all match; `action` matches if one of its entries does.
 */
export interface AuditFilter {
  /** Whole, never a prefix. */
  readonly auditId?: string;
  readonly namespace?: string;
  readonly secret?: string;
  readonly key?: string;
  readonly user?: string;
  readonly group?: string;
  readonly credential?: string;
  readonly action?: readonly string[];
  readonly outcome?: AuditOutcome;
  readonly code?: number;
  readonly source?: 'gateway' | 'cluster';
  readonly sourceIp?: string;
  readonly plane?: AuditPlane;
  readonly mark?: string;
  /** From this time on, in milliseconds since the epoch. */
  readonly sinceMs?: number;
  /** Before this time. */
  readonly untilMs?: number;
}

export interface NamePattern {
  readonly text: string;
  readonly isPrefix: boolean;
}

/** Returns the pattern of a filter's name. */
export function namePattern(name: string): NamePattern {
  return name.endsWith('*')
    ? { text: name.slice(0, -1), isPrefix: true }
    : { text: name, isPrefix: false };
}
