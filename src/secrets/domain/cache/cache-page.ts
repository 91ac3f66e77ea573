import { parseFieldSelector } from '../field-selector.js';
import { parseLabelSelector } from '../label-selector.js';
import type { CachedSecret } from './cached-secret.js';
import type { LabelIndex } from './label-index.js';
import type { CachePage, CacheQuery } from './namespace-view.js';
import { OrderedNames } from './ordered-names.js';

/** The Secrets of a namespace, and what they are found by. */
export interface IndexedSecrets {
  readonly byName: ReadonlyMap<string, CachedSecret>;
  readonly names: OrderedNames;
  readonly labels: LabelIndex;
}

interface Selection {
  readonly names: OrderedNames;
  readonly isShown: (secret: CachedSecret) => boolean;
  /** Whether everything in `names` is shown. */
  readonly isWhole: boolean;
}

/** One page in the order of names. Throws BadRequest for a selector that is none. */
export function cachePage(secrets: IndexedSecrets, query: CacheQuery): CachePage {
  const { names, isShown, isWhole } = selectionOf(secrets, query);
  const found: CachedSecret[] = [];
  let index = names.indexAfter(query.after);
  for (; index < names.length; index += 1) {
    const secret = secrets.byName.get(names.at(index) ?? '');
    if (secret === undefined || !isShown(secret)) continue;
    if (found.length === query.limit) break;
    found.push(secret);
  }
  // As Kubernetes does: with a selector nobody counts what is left.
  const remaining = isWhole ? names.length - index : undefined;
  return { items: found, hasMore: index < names.length, remaining };
}

function selectionOf(secrets: IndexedSecrets, query: CacheQuery): Selection {
  const { labelSelector = '', fieldSelector = '', shows } = query;
  const labels = parseLabelSelector(labelSelector);
  const fields = parseFieldSelector(fieldSelector);
  return {
    names: among(secrets, labels.requirements, fields.name),
    isShown: (secret) =>
      labels.matches(secret.labels) &&
      fields.matches(secret) &&
      (shows === undefined || shows(secret.name)),
    isWhole: labelSelector === '' && fieldSelector === '' && shows === undefined,
  };
}

function among(
  { byName, names, labels }: IndexedSecrets,
  requirements: Parameters<LabelIndex['candidates']>[0],
  name: string | undefined,
): OrderedNames {
  if (name !== undefined) return new OrderedNames(byName.has(name) ? [name] : []);
  if (requirements.length === 0) return names;
  // To sort the names of many groups costs more than to look at all that are in order.
  return labels.candidates(requirements, names.length >>> 1) ?? names;
}
