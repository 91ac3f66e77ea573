import type { FastifyRequest } from 'fastify';
import { badRequest } from '../../core/errors/sallyport-error.js';
import type { Page } from '../../core/page.js';
import { type Answer, json } from '../../platform/http/answer.js';
import type { VersionView } from '../domain/version-view.js';
import type { VersionResult, VersionWriteOptions } from '../version-writes.js';

/** What a write on a history states beside its path; it knows no entity tags. */
export function versionWriteOptions(
  request: FastifyRequest,
  dryRun: 'All' | undefined,
): VersionWriteOptions {
  for (const header of ['if-match', 'if-none-match']) {
    if (request.headers[header] !== undefined) {
      throw badRequest(`${header} has no meaning on this write`);
    }
  }
  const idempotencyKey = request.headers['idempotency-key'];
  return {
    dryRun: dryRun === 'All',
    idempotencyKey: typeof idempotencyKey === 'string' ? idempotencyKey : undefined,
  };
}

export function presentVersion(view: VersionView): Answer {
  return json(200, shown(view));
}

export function presentVersions({ items, ...rest }: Page<VersionView>): Answer {
  return json(200, { items: items.map(shown), ...rest });
}

/** Who may not see versions is told what he has done, and no more. */
export function presentVersionResult({ view, denial }: VersionResult): Answer {
  const { version, state } = view;
  return denial === undefined ? presentVersion(view) : json(200, { version, state });
}

/** As REST shows it: who made it is a user name. */
function shown({ createdBy, ...rest }: VersionView) {
  return { ...rest, createdBy: createdBy?.username ?? null };
}
