import type { FastifyRequest } from 'fastify';
import { badRequest } from '../../core/errors/sallyport-error.js';
import type { Page } from '../../core/page.js';
import { type Answer, json, jsonPage } from '../../platform/http/answer.js';
import type { VersionView } from '../domain/version-view.js';
import type { VersionResult, VersionWriteOptions } from '../version-writes.js';

/** Returns the options of a write on a history outside its path; it takes no entity tags. */
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
  return jsonPage({ items: items.map(shown), ...rest });
}

/** Renders a result; callers who may not see versions get only number and state. */
export function presentVersionResult({ view, denial }: VersionResult): Answer {
  const { version, state } = view;
  return denial === undefined ? presentVersion(view) : json(200, { version, state });
}

/** Presents as REST does: the author is a user name. */
function shown({ createdBy, ...rest }: VersionView) {
  return { ...rest, createdBy: createdBy?.username ?? null };
}
