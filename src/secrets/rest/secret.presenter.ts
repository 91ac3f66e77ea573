import { type Answer, json } from '../../http/answer.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { Page } from '../../core/page.js';
import { entityTag } from '../domain/etag.js';
import { type FormatName, type NameMapping, renderFormat } from '../domain/formats/render.js';
import { type MetadataBody, toMetadataBody, toReadBody } from '../domain/read-body.js';
import type { Render, VersionInfo } from '../domain/secret-history.js';
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

interface Rendered {
  readonly body: Body;
  readonly mediaType: string;
}

/** How a whole Secret is shown; throws Invalid where its bytes do not fit the format. */
export function renderSecret({ format, encoding, names }: Representation): Render<Rendered> {
  return (secret, info) => {
    if (format === undefined) {
      const body = toReadBody(secret, encoding ?? 'auto', info);
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

/** The same of a version: what would be a precondition of a PUT is left out. */
export function renderVersion(representation: Representation): Render<Rendered> {
  const render = renderSecret(representation);
  return (secret, info) => {
    if (representation.format !== undefined) return render(secret, info);
    const {
      uid: _uid,
      resourceVersion: _state,
      ...body
    } = toReadBody(secret, representation.encoding ?? 'auto', info);
    return { body, mediaType: 'application/json' };
  };
}

export function presentRead(read: Read<Rendered>): Answer {
  const headers = { etag: entityTag(read.etagOf) };
  if (read.content === undefined) return { status: 304, headers };
  const { body, mediaType } = read.content;
  return { status: 200, headers: { ...headers, 'content-type': mediaType }, body };
}

export function renderMetadata(secret: StoredSecret, info: VersionInfo | undefined): Rendered {
  return { body: shown(toMetadataBody(secret, info)), mediaType: 'application/json' };
}

/** As REST shows it: who made a version is a user name. */
function shown<M extends Partial<Pick<MetadataBody, 'updatedBy'>>>({ updatedBy, ...rest }: M) {
  return { ...rest, updatedBy: updatedBy?.username ?? null };
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
  return json(200, { items: items.map(({ secret }) => shown(secret)), ...rest });
}

/** Metadata, what changed, and warnings; a dry run has no state to name. */
export function presentWrite(result: WriteResult): Answer {
  const { secret, state, version, changes, warnings, created, dryRun, namespace, name } = result;
  const status = created ? 201 : 200;
  const headers = warnings.length === 0 ? {} : { warning: warnings.map(warningText).join(', ') };
  if (!secret) {
    const etag = state && !dryRun ? { etag: entityTag(state) } : {};
    const told = version === undefined ? {} : { version };
    return json(status, { namespace, name, ...told, changes, warnings }, { ...headers, ...etag });
  }
  if (!dryRun) {
    const etag = entityTag(secret);
    return json(status, { ...shown(secret), changes, warnings }, { ...headers, etag });
  }
  const { resourceVersion: _state, version: _version, ...planned } = shown(secret);
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
