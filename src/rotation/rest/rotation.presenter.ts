import type { FastifyRequest } from 'fastify';
import type { Page } from '../../core/page.js';
import { successStatus } from '../../core/success-status.js';
import { specWriteOptions } from '../../custom-resources/domain/write-conditions.js';
import { type Answer, json, jsonPage } from '../../platform/http/answer.js';
import type { PolicyView } from '../domain/policy-view.js';
import type { RunView } from '../domain/run-view.js';
import type { PolicyWriteOptions } from '../rotation-policy.service.js';

/** Returns preconditions and options of a policy write, which are outside its body. */
export function policyWriteOptions(
  request: FastifyRequest,
  dryRun: 'All' | undefined,
): PolicyWriteOptions {
  return {
    ...specWriteOptions(request, dryRun),
    idempotencyKey: idempotencyKeyOf(request),
  };
}

export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' ? key : undefined;
}

/** Renders a policy; `status`: 201 if it was created. A dry run has no state for a tag. */
export function presentPolicy(
  status: 200 | 201,
  { spec, readOnly, etag }: PolicyView,
  { isDryRun = false } = {},
): Answer {
  return json(status, { ...spec, ...readOnly }, isDryRun ? {} : { etag });
}

export function presentRuns(page: Page<RunView>): Answer {
  return jsonPage(page);
}

/** Renders a started run, with the location of its state. */
export function presentStarted(url: string, run: RunView): Answer {
  const [path = ''] = url.split('?');
  return json(successStatus.accepted, run, { location: `${path}/${run.id}` });
}
