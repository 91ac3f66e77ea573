import { specTag } from '../../custom-resources/domain/custom-resource.js';
import { invalid } from '../../core/errors/sallyport-error.js';
import { bodyOf, type ParsedPolicy, type StoredPolicy } from './rotation-policy.js';
import type { RotationRun } from './rotation-run.js';
import { type RunView, toRunView } from './run-view.js';

/** Policy as REST and GraphQL return it: a read body is a valid write body. */
export interface PolicyView {
  /** Spec as the author wrote it, without the Secret's name. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly readOnly: {
    /** User name; null: the policy has no author and does not run. */
    readonly author: string | null;
    readonly nextRunAt: string | null;
    readonly lastRun: RunView | null;
    /** Broken rule, if the policy came to the cluster past the gateway. */
    readonly problem: string | null;
  };
  readonly etag: string;
  readonly target: string;
  readonly strategy: string;
  readonly schedule: string | null;
  readonly isSuspended: boolean;
}

/** Members of a read body that a write ignores. */
export const readOnlyMembers = ['author', 'nextRunAt', 'lastRun', 'problem'] as const;

export function toPolicyView(
  known: ParsedPolicy,
  facts: {
    readonly nextRunMs: number | null;
    readonly author: string | undefined;
    readonly last: RotationRun | undefined;
  },
): PolicyView {
  const { policy, spec, problem } = known;
  const { nextRunMs, author = null, last } = facts;
  return {
    spec: bodyOf(policy),
    readOnly: {
      author,
      nextRunAt: nextRunMs === null ? null : new Date(nextRunMs).toISOString(),
      lastRun: last === undefined ? null : toRunView(last),
      problem: problem ?? null,
    },
    etag: specTag(policy),
    target: spec?.target.kind ?? 'unknown',
    strategy: spec?.strategy ?? 'unknown',
    schedule: scheduleText(policy),
    isSuspended: spec?.suspend ?? false,
  };
}

/** Returns the body of a write without read-only fields. Throws Invalid if it is no object. */
export function withoutReadOnly(body: unknown): Readonly<Record<string, unknown>> {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw invalid([{ pointer: '', reason: 'expected an object' }]);
  }
  const names: readonly string[] = readOnlyMembers;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}

function scheduleText({ spec }: StoredPolicy): string | null {
  const schedule = spec['schedule'];
  if (schedule === null || typeof schedule !== 'object') return null;
  const { cron, timeZone, every } = schedule as Readonly<Record<string, unknown>>;
  if (typeof every === 'string') return `every ${every}`;
  if (typeof cron !== 'string') return null;
  return typeof timeZone === 'string' ? `${cron} ${timeZone}` : cron;
}
