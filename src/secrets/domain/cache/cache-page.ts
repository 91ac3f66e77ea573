import { parseFieldSelector } from '../field-selector.js';
import { parseLabelSelector } from '../label-selector.js';
import type { CachedSecret } from './cached-secret.js';
import type { LabelIndex } from './label-index.js';
import type { CachePage, CacheQuery } from './namespace-view.js';
import { OrderedNames } from './ordered-names.js';

/** Secrets of a namespace, with their indexes. */
export interface IndexedSecrets {
  readonly byName: ReadonlyMap<string, CachedSecret>;
  readonly names: OrderedNames;
  readonly labels: LabelIndex;
}

interface Selection {
  readonly names: OrderedNames;
  readonly isShown: (secret: CachedSecret) => boolean;
  /** Whether everything in `names` is included. */
  readonly isWhole: boolean;
}

/** Returns one page in the order of names. Throws BadRequest for an invalid selector. */
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
  // Do as Kubernetes does: with a selector, the remaining items are not counted.
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
  // Sorting the names of many groups costs more than checking all names in order.
  return labels.candidates(requirements, names.length >>> 1) ?? names;
}
