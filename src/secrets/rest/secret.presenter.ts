import { type Answer, json } from '../../http/answer.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { Page } from '../../core/page.js';
import { entityTag } from '../domain/etag.js';
import { type FormatName, type NameMapping, renderFormat } from '../domain/formats/render.js';
import { toMetadataBody, toReadBody } from '../domain/read-body.js';
import type { StoredSecret } from '../domain/secret.js';
import type { Listed } from '../secret-lists.js';
import type { Read } from '../secret-reads.js';
import type { WriteResult } from '../writes/write-call.js';

export interface Representation {
  readonly format?: FormatName | undefined;
  readonly encoding?: 'base64' | undefined;
  readonly names?: NameMapping | undefined;
}

const mediaTypes = {
  json: 'application/json',
  env: 'text/plain; charset=utf-8',
  yaml: 'application/yaml',
  properties: 'text/plain; charset=iso-8859-1',
} as const satisfies Record<FormatName, string>;

type Body = object | string | Buffer;

/** How a whole Secret is shown; throws Invalid where its bytes do not fit the format. */
export function renderSecret({
  format,
  encoding,
  names,
}: Representation): (secret: StoredSecret) => { readonly body: Body; readonly mediaType: string } {
  return (secret) => {
    if (format === undefined) {
      const body = toReadBody(secret, encoding ?? 'auto');
      return { body, mediaType: 'application/json' };
    }
    const body = renderFormat(secret.data, {
      format,
      ...(encoding === undefined ? {} : { encoding }),
      ...(names === undefined ? {} : { names }),
    });
    return { body, mediaType: mediaTypes[format] };
  };
}

export function presentRead(
  read: Read<{ readonly body: Body; readonly mediaType: string }>,
): Answer {
  const headers = { etag: entityTag(read.etagOf) };
  if (read.content === undefined) return { status: 304, headers };
  const { body, mediaType } = read.content;
  return { status: 200, headers: { ...headers, 'content-type': mediaType }, body };
}

export function renderMetadata(secret: StoredSecret) {
  return { body: toMetadataBody(secret), mediaType: 'application/json' };
}

/** The bytes and nothing else. */
export function presentKey(read: Read<SecretValue>): Answer {
  const headers = { etag: entityTag(read.etagOf) };
  if (read.content === undefined) return { status: 304, headers };
  const isText = read.content.revealText() !== undefined;
  const mediaType = isText ? 'text/plain; charset=utf-8' : 'application/octet-stream';
  return {
    status: 200,
    headers: { ...headers, 'content-type': mediaType },
    body: read.content.reveal(),
  };
}

export function presentList(page: Page<Listed>): Answer {
  const { items, ...rest } = page;
  return json(200, { items: items.map(({ secret }) => toMetadataBody(secret)), ...rest });
}

/** Metadata, what changed, and warnings; a dry run has no state to name. */
export function presentWrite(result: WriteResult): Answer {
  const { secret, state, changes, warnings, created, dryRun, namespace, name } = result;
  const status = created ? 201 : 200;
  const headers = warnings.length === 0 ? {} : { warning: warnings.map(warningText).join(', ') };
  if (!secret) {
    const etag = state && !dryRun ? { etag: entityTag(state) } : {};
    return json(status, { namespace, name, changes, warnings }, { ...headers, ...etag });
  }
  if (!dryRun) {
    return json(status, { ...secret, changes, warnings }, { ...headers, etag: entityTag(secret) });
  }
  const { resourceVersion: _state, version: _version, ...planned } = secret;
  return json(status, { ...planned, changes, warnings }, headers);
}

/** What was deleted; there is no state any more that a tag could name. */
export function presentDelete(result: WriteResult): Answer {
  const { headers: { etag: _gone, ...headers } = {}, ...answer } = presentWrite(result);
  return { ...answer, headers };
}

/** RFC 7234 section 5.5, as the API server sends its own warnings. */
function warningText(text: string): string {
  return `299 - "${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
