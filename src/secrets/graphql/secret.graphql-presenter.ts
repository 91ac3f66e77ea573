import { SallyportError, invalid } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { Page } from '../../core/page.js';
import { toConnection } from '../../platform/graphql/connection.js';
import { objectId } from '../../platform/graphql/object-id.js';
import type { MetadataBody } from '../domain/read-body.js';
import { keyNotFound } from '../domain/representations.js';
import type { SecretRef } from '../domain/secret.js';
import { valueTexts } from '../domain/values/value-texts.js';
import type { Listed } from '../list/list-page.js';
import type { SelectedRead, SelectionGrant } from '../read/selected-read.js';
import type { StreamEvent } from '../watch/change-stream.js';
import type { WriteResult } from '../write/write-call.js';
import type { Consistency, ValueEncoding } from './secret.arguments.js';
import { ChangeType } from './secret-change.objects.js';

/** Which state of a Secret a query reads. */
export interface SecretOrigin {
  /** Number or alias of a version; undefined for the Secret itself. */
  readonly version?: string | undefined;
  readonly consistency?: Consistency;
}

/** Source of a `Secret`: its returned fields, and the values that its fields may access. */
export interface SecretSource extends SecretRef, Partial<Omit<MetadataBody, keyof SecretRef>> {
  readonly __typename: 'Secret';
  readonly id: string;
  readonly read: SelectedRead;
  /** Where fields with a read of their own read. */
  readonly origin: SecretOrigin;
}

const changeTypes = {
  added: ChangeType.ADDED,
  modified: ChangeType.MODIFIED,
  deleted: ChangeType.DELETED,
} as const;

/** Presents only authorized parts, so that no other field can return more. */
export function presentSecret(read: SelectedRead, origin: SecretOrigin): SecretSource {
  const { secret, version, metadata } = read;
  const { namespace, name } = secret;
  // A version is another object than the Secret, which changes.
  const names = version === undefined ? [namespace, name] : [namespace, name, String(version)];
  const id = objectId('Secret', ...names);
  return { ...metadata, __typename: 'Secret', id, namespace, name, read, origin };
}

/** Presents a Secret of which a query selects only members of documents: nothing was read yet. */
export function presentUnread(secret: SecretRef, origin: SecretOrigin): SecretSource {
  const { namespace, name } = secret;
  const { version } = origin;
  const id = objectId('Secret', namespace, name, ...(version === undefined ? [] : [version]));
  const read = { secret, metadata: undefined, data: undefined, grant: nothing };
  return { __typename: 'Secret', id, namespace, name, read, origin };
}

const nothing: SelectionGrant = {
  as: 'broker',
  hasMetadata: false,
  keys: [],
  asked: [],
  denial: undefined,
};

export function presentSummary(secret: MetadataBody) {
  const id = objectId('SecretSummary', secret.namespace, secret.name);
  return { __typename: 'SecretSummary', id, ...secret };
}

/** Presents what a dry run plans: no object that a store keeps under the id of the Secret. */
function presentPlanned(secret: MetadataBody) {
  const id = objectId('SecretSummary', secret.namespace, secret.name, 'dryRun');
  return { ...presentSummary(secret), id, resourceVersion: '', version: null };
}

export function presentChange(told: StreamEvent) {
  const { cursor } = told;
  if (told.type === 'bookmark') {
    return { type: ChangeType.BOOKMARK, secret: null, changedKeys: null, cursor };
  }
  const { secret, changedKeys } = told;
  return { type: changeTypes[told.type], secret: presentSummary(secret), changedKeys, cursor };
}

export function presentConnection(page: Page<Listed>) {
  return toConnection(page, ({ secret, cursor }) => ({ cursor, node: presentSummary(secret) }));
}

/** Renders a write; a dry run has no state: its resourceVersion is empty. */
export function presentWrite(result: WriteResult) {
  const { secret, created, dryRun, changes, generatedKeys = [], warnings } = result;
  const present = dryRun ? presentPlanned : presentSummary;
  return { secret: secret && present(secret), created, dryRun, changes, generatedKeys, warnings };
}

/** Returns one value in the requested encoding; Forbidden if this key was refused. */
export function presentValue(
  { secret, data, grant }: SelectedRead,
  key: string,
  encoding: ValueEncoding,
): string {
  if (grant.keys !== 'all' && !grant.keys.includes(key)) throw grant.denial ?? notAuthorised();
  if (data === undefined) throw notAuthorised();
  const value = data.get(key);
  if (value === undefined) throw keyNotFound(secret, key);
  return presentText(value, key, encoding);
}

/** Returns a value, or a member of one, in the requested encoding. */
export function presentText(value: SecretValue, key: string, encoding: ValueEncoding): string {
  return encoding === 'BASE64' ? value.revealBase64() : textOf(value, key);
}

/** Returns all values; each has exactly one of text and base64. */
export function presentValues({ data, grant }: SelectedRead) {
  if (grant.keys !== 'all') throw grant.denial ?? notAuthorised();
  if (data === undefined) throw notAuthorised();
  return valueTexts(data);
}

function textOf(value: SecretValue, key: string): string {
  const text = value.revealText();
  if (text !== undefined) return text;
  const reason = 'is not text; ask for BASE64';
  throw invalid([{ pointer: `/${key}`, reason }]);
}

/** Returns the error for a value that the request did not select when it was authorized. */
function notAuthorised(): SallyportError {
  return new SallyportError('Forbidden', 'values are not available here');
}
