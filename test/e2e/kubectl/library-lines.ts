import type { ShownSecret } from '../../support/shown-secret.js';

/** A request as client-go sent it. */
export interface RequestLine {
  readonly type: 'request';
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly contentType?: string;
  /** 0 where no answer came. */
  readonly status: number;
  readonly answeredType?: string;
}

/** What a program did with a Secret, and what came of it. */
export interface StepLine {
  readonly type: 'step';
  readonly step: string;
  readonly secret?: ShownSecret;
  readonly code?: number;
  readonly reason?: string;
}

/** What stores hold, by name. */
export interface MirrorLine {
  readonly type: 'mirror';
  readonly mirrors: readonly (readonly ShownSecret[])[];
}

export interface ChangeLine extends ShownSecret {
  readonly type: 'add' | 'update' | 'delete';
  readonly informer: number;
}

export interface PageLine {
  readonly type: 'page';
  readonly isLast: boolean;
  readonly items: readonly ShownSecret[];
}

/** The informer knows all that there was when it began. */
export interface SyncedLine {
  readonly type: 'synced';
  readonly informer: number;
}

export type ClientGoLine = RequestLine | StepLine | MirrorLine | ChangeLine | PageLine | SyncedLine;

/** What the Python client saw of a watch. */
export type PythonLine =
  | StepLine
  | MirrorLine
  | (ShownSecret & { readonly type: 'event'; readonly event: string })
  | { readonly type: 'list' | 'watch' | 'bookmark'; readonly resourceVersion: string }
  | { readonly type: 'refused'; readonly code: number }
  | { readonly type: 'ended' | 'disconnected' };

/** The steps alone, without what differs from one cluster, or one moment, to the next. */
export function outcomesOf(lines: readonly (ClientGoLine | PythonLine)[]) {
  return lines
    .filter((line) => line.type === 'step')
    .map(({ step, secret, code, reason }) => ({ step, hash: secret?.hash, code, reason }));
}
