import { SallyportError, invalid } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { Page } from '../../core/page.js';
import { pageInfoOf } from '../../platform/graphql/page.objects.js';
import type { MetadataBody } from '../domain/read-body.js';
import { keyNotFound } from '../domain/representations.js';
import type { SecretRef } from '../domain/secret.js';
import { sortedEntries } from '../domain/value-map.js';
import type { Listed } from '../list/list-page.js';
import type { SelectedRead } from '../read/selected-read.js';
import type { StreamEvent } from '../watch/change-stream.js';
import type { WriteResult } from '../write/write-call.js';
import { ChangeType } from './secret-change.objects.js';

/** Source of a `Secret`: its returned fields, and the values that its fields may access. */
export interface SecretSource extends SecretRef, Partial<Shown> {
  readonly __typename: 'Secret';
  readonly read: SelectedRead;
}

const changeTypes = {
  added: ChangeType.ADDED,
  modified: ChangeType.MODIFIED,
  deleted: ChangeType.DELETED,
} as const;

type Shown = Omit<ReturnType<typeof describe>, '__typename' | keyof SecretRef>;

function describe(typeName: 'Secret' | 'SecretSummary', secret: MetadataBody) {
  return { __typename: typeName, ...secret };
}

/** Presents only authorized parts, so that no other field can return more. */
export function presentSecret(read: SelectedRead): SecretSource {
  const { secret, metadata } = read;
  const { namespace, name } = secret;
  const shown = metadata === undefined ? {} : describe('Secret', metadata);
  return { ...shown, __typename: 'Secret', namespace, name, read };
}

export function presentSummary(secret: MetadataBody) {
  return describe('SecretSummary', secret);
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
  const edges = page.items.map(({ secret, cursor }) => ({
    cursor,
    node: presentSummary(secret),
  }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: pageInfoOf(page.continue, edges.at(-1)?.cursor),
  };
}

/** Renders a write; a dry run has no state: its resourceVersion is empty. */
export function presentWrite(result: WriteResult) {
  const { secret, created, dryRun, changes, warnings } = result;
  const planned = { resourceVersion: '', version: null };
  const shown = secret && presentSummary(dryRun ? { ...secret, ...planned } : secret);
  return { secret: shown, created, dryRun, changes, warnings };
}

/** Returns one value in the requested encoding; Forbidden if this key was refused. */
export function presentValue(
  { secret, data, grant }: SelectedRead,
  key: string,
  encoding: 'TEXT' | 'BASE64',
): string {
  if (grant.keys !== 'all' && !grant.keys.includes(key)) throw grant.denial ?? notAuthorised();
  if (data === undefined) throw notAuthorised();
  const value = data.get(key);
  if (value === undefined) throw keyNotFound(secret, key);
  return encoding === 'BASE64' ? value.revealBase64() : textOf(value, key);
}

/** Returns all values; each has exactly one of text and base64. */
export function presentValues({ data, grant }: SelectedRead) {
  if (grant.keys !== 'all') throw grant.denial ?? notAuthorised();
  if (data === undefined) throw notAuthorised();
  return sortedEntries(data).map(([key, value]) => {
    const text = value.revealText() ?? null;
    return { key, text, base64: text === null ? value.revealBase64() : null };
  });
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
