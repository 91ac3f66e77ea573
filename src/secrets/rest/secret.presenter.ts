import {
  type Answer,
  json,
  jsonPage,
  revealed,
  revealedBytes,
} from '../../platform/http/answer.js';
import { warningHeader } from '../../platform/http/domain/warning-header.js';
import { SecretValue } from '../../core/secret-value.js';
import type { Page } from '../../core/page.js';
import { successStatus } from '../../core/success-status.js';
import type { FoundMember } from '../domain/documents/key-document.js';
import { entityTag } from '../domain/etag.js';
import { renderFormat } from '../domain/formats/render.js';
import { type MetadataBody, toMetadataBody, toReadBody } from '../domain/read-body.js';
import type { Representation } from '../domain/representation.js';
import type { Render, VersionInfo } from '../domain/secret-history.js';
import type { StoredSecret } from '../domain/secret.js';
import { mediaTypes, type Rendered, type SecretForm } from '../domain/values/render-values.js';
import type { Listed } from '../list/list-page.js';
import type { Read } from '../read/secret-reads.js';
import type { WriteResult } from '../write/write-call.js';

const COMMA = Buffer.from(',');
const JSON_TYPE = mediaTypes.json;

/** Whole Secret in one form; throws Invalid if its bytes do not fit the format. */
class WholeSecret implements Representation<Rendered> {
  readonly id: string;
  readonly showsVersion: boolean;
  readonly #form: SecretForm;

  constructor(id: string, form: SecretForm) {
    this.id = id;
    this.showsVersion = form.format === undefined;
    this.#form = form;
  }

  render(secret: StoredSecret, info: VersionInfo | undefined): Rendered {
    const { format, encoding, names } = this.#form;
    if (format === undefined) return jsonOf(toReadBody(secret, encoding ?? 'auto', info));
    return rendered(renderFormat(secret.data, { format, encoding, names }), mediaTypes[format]);
  }

  sizeBytes({ body }: Rendered): number {
    return body.sizeBytes;
  }
}

/** Representations by form, of which there are few. */
const wholeSecrets = new Map<string, WholeSecret>();

/** Returns the single representation of a whole Secret in this form. */
export function wholeSecret(form: SecretForm): Representation<Rendered> {
  const { format = 'secret', encoding = '', names = '' } = form;
  const id = `${format};${encoding};${names}`;
  const known = wholeSecrets.get(id);
  if (known !== undefined) return known;
  const made = new WholeSecret(id, form);
  wholeSecrets.set(id, made);
  return made;
}

/** Renders a version, without fields that would be preconditions of a PUT. */
export function renderVersion(form: SecretForm): Render<Rendered> {
  return (secret, info) => {
    if (form.format !== undefined) return wholeSecret(form).render(secret, info);
    const encoding = form.encoding ?? 'auto';
    const { uid: _uid, resourceVersion: _state, ...body } = toReadBody(secret, encoding, info);
    return jsonOf(body);
  };
}

/** Everything but values. */
export const metadataJson: Representation<Rendered> = {
  id: 'metadata',
  showsVersion: true,
  render: (secret, info) => jsonOf(shown(toMetadataBody(secret, info))),
  sizeBytes: ({ body }) => body.sizeBytes,
};

function jsonOf(body: object): Rendered {
  return rendered(JSON.stringify(body), JSON_TYPE);
}

function rendered(text: string, mediaType: string): Rendered {
  return { body: SecretValue.ofKeptText(text), mediaType };
}

export function presentRead(read: Read<Rendered>): Answer {
  return revealed({ etag: entityTag(read.etagOf), content: read.content });
}

/** Presents as REST does: the author of a version is a user name. */
function shown<M extends Partial<Pick<MetadataBody, 'updatedBy'>>>({ updatedBy, ...rest }: M) {
  return { ...rest, updatedBy: updatedBy?.username ?? null };
}

/** Returns only the bytes of a value. */
export function presentKey(read: Read<SecretValue>): Answer {
  return revealedBytes({ etag: entityTag(read.etagOf), content: read.content });
}

/** Renders a member of a document: a string as text, or with `isJson` in quotes; else as JSON. */
export function presentMember(read: Read<FoundMember>, isJson: boolean): Answer {
  const etag = entityTag(read.etagOf);
  const { content } = read;
  if (content === undefined) return { status: successStatus.notModified, headers: { etag } };
  const { value, isString } = content;
  if (!isString || isJson) {
    const body = isString ? JSON.stringify(value.revealText()) : value.reveal();
    return { status: 200, headers: { etag, 'content-type': JSON_TYPE }, body };
  }
  const headers = { etag, 'content-type': 'text/plain; charset=utf-8' };
  return { status: 200, headers, body: value.reveal() };
}

/** Joins the renderings of all Secrets, which are JSON already. */
export function presentList(page: Page<Listed<Rendered>>): Answer {
  const { items, ...rest } = page;
  const pieces: Buffer[] = [Buffer.from('{"items":[')];
  for (const [index, { secret }] of items.entries()) {
    if (index > 0) pieces.push(COMMA);
    pieces.push(secret.body.reveal());
  }
  pieces.push(Buffer.from(`]${membersOf(rest)}}`));
  const headers = { 'content-type': JSON_TYPE };
  return { status: 200, headers, body: Buffer.concat(pieces), next: page.continue };
}

/** Renders a list of metadata that was read only for the list. */
export function presentMetadataList({ items, ...rest }: Page<Listed>): Answer {
  return jsonPage({ items: items.map(({ secret }) => shown(secret)), ...rest });
}

/** Returns members as JSON text after other members. */
function membersOf(members: object): string {
  const text = JSON.stringify(members).slice(1, -1);
  return text === '' ? '' : `,${text}`;
}

/** Renders metadata and effects; a dry run has no state to name. */
export function presentWrite(result: WriteResult): Answer {
  const { secret, state, version, created, dryRun, namespace, name } = result;
  const { changes, generatedKeys = [], warnings } = result;
  const status = created ? successStatus.created : successStatus.ok;
  const headers = warningHeader(warnings);
  const effects = { changes, generatedKeys, warnings };
  if (!secret) {
    const etag = state && !dryRun ? { etag: entityTag(state) } : {};
    const told = version === undefined ? {} : { version };
    return json(status, { namespace, name, ...told, ...effects }, { ...headers, ...etag });
  }
  if (!dryRun) {
    const etag = entityTag(secret);
    return json(status, { ...shown(secret), ...effects }, { ...headers, etag });
  }
  const { resourceVersion: _state, version: _version, ...planned } = shown(secret);
  return json(status, { ...planned, ...effects }, headers);
}

/** Renders a creation, with the location of the Secret. RFC 9110 section 15.3.2. */
export function presentCreated(result: WriteResult): Answer {
  const { namespace, name, dryRun } = result;
  const { headers, ...answer } = presentWrite(result);
  if (dryRun) return { ...answer, headers: { ...headers } };
  const location = `/v1/namespaces/${namespace}/secrets/${name}`;
  return { ...answer, headers: { ...headers, location } };
}

/** Renders a deletion; no state exists that a tag could name. */
export function presentDelete(result: WriteResult): Answer {
  const { headers: { etag: _gone, ...headers } = {}, ...answer } = presentWrite(result);
  return { ...answer, headers };
}
