import type { FastifyRequest } from 'fastify';
import type { Page } from '../../core/page.js';
import type { SecretValue } from '../../core/secret-value.js';
import { successStatus } from '../../core/success-status.js';
import { type Answer, json, jsonPage } from '../../platform/http/answer.js';
import { parseEntityTags } from '../../secrets/domain/etag.js';
import type { ReadPreconditions } from '../../secrets/domain/read-preconditions.js';
import type { Rendered } from '../../secrets/domain/values/render-values.js';
import type { EnvironmentView } from '../domain/environment-view.js';
import type { EnvironmentRead } from '../environment-reads.js';
import type { WrittenEnvironment } from '../environments.service.js';

/** Returns the preconditions of a read. */
export function readConditionsOf({ headers }: FastifyRequest): ReadPreconditions {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  return {
    ifMatch: ifMatch === undefined ? undefined : parseEntityTags('If-Match', ifMatch),
    ifNoneMatch:
      ifNoneMatch === undefined ? undefined : parseEntityTags('If-None-Match', ifNoneMatch),
  };
}

export function presentEnvironment(view: EnvironmentView): Answer {
  return json(200, bodyOf(view), { etag: view.etag });
}

export function presentEnvironments({ items, ...rest }: Page<EnvironmentView>): Answer {
  return jsonPage({ items: items.map(bodyOf), ...rest });
}

/** Renders a written definition; a dry run has no state for a tag. */
export function presentWritten({ view, created }: WrittenEnvironment, isDryRun: boolean): Answer {
  const status = created ? successStatus.created : successStatus.ok;
  return json(status, bodyOf(view), isDryRun ? {} : { etag: view.etag });
}

/** Returns the values, or that the caller has them. */
export function presentValues({ etag, content }: EnvironmentRead<Rendered>): Answer {
  if (content === undefined) return { status: successStatus.notModified, headers: { etag } };
  const { body, mediaType } = content;
  return { status: 200, headers: { etag, 'content-type': mediaType }, body: body.reveal() };
}

/** Returns only the bytes of a value. */
export function presentValue({ etag, content }: EnvironmentRead<SecretValue>): Answer {
  if (content === undefined) return { status: successStatus.notModified, headers: { etag } };
  const mediaType = content.isText ? 'text/plain; charset=utf-8' : 'application/octet-stream';
  return { status: 200, headers: { etag, 'content-type': mediaType }, body: content.reveal() };
}

function bodyOf({ name, spec, problems }: EnvironmentView): object {
  return { name, ...spec, problems };
}
