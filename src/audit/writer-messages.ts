import type { LogEntry } from './audit-log-file.js';

/** What the thread that writes is started with. */
export interface WriterData {
  readonly path: string;
}

/** No entries: a proof that the log can be written. */
export type ToWorker = { readonly kind: 'append'; readonly entries: readonly LogEntry[] };

export type FromWorker =
  | { readonly kind: 'committed'; readonly first: number; readonly durationMs: number }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'alarm'; readonly message: string };
