import { SallyportError, invalid } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { Page } from '../../core/page.js';
import { pageInfoOf } from '../../graphql/page.objects.js';
import type { MetadataBody } from '../domain/read-body.js';
import { toMetadataBody } from '../domain/read-body.js';
import type { StoredSecret } from '../domain/secret.js';
import { sortedEntries } from '../domain/value-map.js';
import type { Listed } from '../secret-lists.js';
import { keyNotFound } from '../secret-reads.js';
import type { WriteResult } from '../writes/write-call.js';

/** The source of a `Secret`: what is shown, and what its value fields may reach. */
export interface SecretSource extends ReturnType<typeof describe> {
  /** Undefined where no value was selected, and so none was authorised. */
  readonly stored: StoredSecret | undefined;
}

function describe(typeName: 'Secret' | 'SecretSummary', secret: MetadataBody) {
  const keys = secret.keys.map((key) => ({ ...key, version: null }));
  return { __typename: typeName, ...secret, keys, version: null, updatedBy: null };
}

export function presentSecret(stored: StoredSecret, hasValues: boolean): SecretSource {
  const shown = describe('Secret', toMetadataBody(stored));
  return { ...shown, stored: hasValues ? stored : undefined };
}

export function presentSummary(secret: MetadataBody) {
  return describe('SecretSummary', secret);
}

export function presentConnection(page: Page<Listed>) {
  const edges = page.items.map(({ secret, cursor }) => ({
    cursor,
    node: presentSummary(toMetadataBody(secret)),
  }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: pageInfoOf(page.continue, edges.at(-1)?.cursor),
  };
}

/** A dry run has no state: its resourceVersion is empty. */
export function presentWrite(result: WriteResult) {
  const { secret, created, dryRun, changes, warnings } = result;
  const shown = secret && presentSummary(dryRun ? { ...secret, resourceVersion: '' } : secret);
  return { secret: shown, created, dryRun, changes, warnings };
}

/** One value in the encoding asked for. */
export function presentValue(
  stored: StoredSecret,
  key: string,
  encoding: 'TEXT' | 'BASE64',
): string {
  const value = stored.data.get(key);
  if (value === undefined) throw keyNotFound(stored, key);
  return encoding === 'BASE64' ? value.revealBase64() : textOf(value, key);
}

/** All values; exactly one of text and base64 is there for each. */
export function presentValues(stored: StoredSecret) {
  return sortedEntries(stored.data).map(([key, value]) => {
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

/** A value was reached that the request did not select when it was authorised. */
export function notAuthorised(): SallyportError {
  return new SallyportError('Forbidden', 'values are not available here');
}
