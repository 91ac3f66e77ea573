import type { FastifyRequest } from 'fastify';
import type { Page } from '../../core/page.js';
import type { SecretValue } from '../../core/secret-value.js';
import { successStatus } from '../../core/success-status.js';
import { writeConditions } from '../../custom-resources/domain/write-conditions.js';
import { type Answer, json, jsonPage } from '../../platform/http/answer.js';
import { parseEntityTags } from '../../secrets/domain/etag.js';
import type { ReadPreconditions } from '../../secrets/domain/read-preconditions.js';
import type { Rendered } from '../../secrets/domain/values/render-values.js';
import type { OfferedShare } from '../domain/offer.js';
import type { ImportView, ShareView } from '../domain/share-view.js';
import type { ImportRead } from '../import-reads.js';
import type { Written } from '../share-policies.js';
import type { SpecWriteOptions } from '../spec-writes.js';

type View = ShareView | ImportView;

/** Returns preconditions and options of a write, which are outside its body. */
export function writeOptionsOf(
  request: FastifyRequest,
  dryRun: 'All' | undefined,
): SpecWriteOptions {
  return { dryRun: dryRun === 'All', ...writeConditions(request.method, request.headers) };
}

/** Returns the preconditions of a read. */
export function readConditionsOf(request: FastifyRequest): ReadPreconditions {
  return { ifMatch: tagsOf(request, 'If-Match'), ifNoneMatch: tagsOf(request, 'If-None-Match') };
}

export function presentView(view: View): Answer {
  return json(200, bodyOf(view), { etag: view.etag });
}

/** Renders a revoked share, without a tag. */
export function presentRevoked(view: ShareView): Answer {
  return json(200, bodyOf(view));
}

/** Renders a written object; a dry run has no state for a tag. */
export function presentWritten({ view, created }: Written<View>, isDryRun: boolean): Answer {
  const status = created ? successStatus.created : successStatus.ok;
  return json(status, bodyOf(view), isDryRun ? {} : { etag: view.etag });
}

export function presentPage({ items, ...rest }: Page<View>): Answer {
  return jsonPage({ items: items.map(bodyOf), ...rest });
}

export function presentOffers(page: Page<OfferedShare>): Answer {
  return jsonPage(page);
}

/** Returns imported values, or that the caller has them. */
export function presentImported({ etag, content }: ImportRead<Rendered>): Answer {
  if (content === undefined) return { status: successStatus.notModified, headers: { etag } };
  const { body, mediaType } = content;
  return { status: 200, headers: { etag, 'content-type': mediaType }, body: body.reveal() };
}

/** Returns only the bytes of an imported value. */
export function presentImportedKey({ etag, content }: ImportRead<SecretValue>): Answer {
  if (content === undefined) return { status: successStatus.notModified, headers: { etag } };
  const mediaType = content.isText ? 'text/plain; charset=utf-8' : 'application/octet-stream';
  return { status: 200, headers: { etag, 'content-type': mediaType }, body: content.reveal() };
}

function bodyOf({ name, spec, readOnly }: View): object {
  return { name, ...spec, ...readOnly };
}

function tagsOf(request: FastifyRequest, header: 'If-Match' | 'If-None-Match') {
  const value = request.headers[header === 'If-Match' ? 'if-match' : 'if-none-match'];
  return value === undefined ? undefined : parseEntityTags(header, value);
}
