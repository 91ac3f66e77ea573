import { ALL_KEYS } from '../../../audit/domain/audit-event.js';
import { parseJson } from '../../../core/parse-json.js';
import { type Body, isRecord } from '../../../secrets/domain/body-members.js';
import { isHiddenAnnotation } from '../../../secrets/domain/hidden-annotations.js';
import type { ShownSecret } from './forwarded.js';

export interface ListedObjects {
  readonly member: 'items' | 'rows';
  /** Items, or rows of a Table. */
  readonly elements: readonly unknown[];
}

/** Items of a typed list contain no kind. */
const secretKinds: readonly unknown[] = [undefined, 'Secret', 'PartialObjectMetadata'];

const listMembers = new Map<unknown, ListedObjects['member']>([
  ['SecretList', 'items'],
  ['PartialObjectMetadataList', 'items'],
  ['List', 'items'],
  ['Table', 'rows'],
]);

/**
 * Returns what a Secret or its metadata reveals; metadata also contains values after a `kubectl
 * apply`. Undefined for all other objects. Unreadable annotations add no keys.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-last-applied-configuration
 */
export function shownSecret(object: unknown): ShownSecret | undefined {
  if (!isRecord(object) || !secretKinds.includes(object.kind)) return undefined;
  if (!isRecord(object.metadata)) return undefined;
  const { namespace = '', name, annotations } = object.metadata;
  if (typeof namespace !== 'string' || typeof name !== 'string' || name === '') return undefined;
  const keys = [...keysIn(object), ...keysOfHidden(annotations)];
  return { namespace, name, keys: [...new Set(keys)].toSorted() };
}

/** Returns what a response reveals, by object; nothing for kinds that contain no Secrets. */
export function shownSecrets(document: unknown): readonly ShownSecret[] {
  if (!isRecord(document) || document.kind === undefined) return [];
  const list = listOf(document);
  const objects = list ? list.elements.map(objectOf) : [document];
  return objects.flatMap((object) => shownSecret(object) ?? []);
}

/** Returns the member that contains an answer's objects; undefined if it is no list. */
export function listOf(document: Body): ListedObjects | undefined {
  const member = listMembers.get(document.kind);
  if (member === undefined) return undefined;
  const elements = document[member];
  return { member, elements: Array.isArray(elements) ? elements : [] };
}

/** Returns the object of a Table's row, null if none was requested; else the element itself. */
export function objectOf(element: unknown): unknown {
  return isRecord(element) && 'cells' in element ? (element.object ?? null) : element;
}

function keysIn({ data, stringData }: Body): readonly string[] {
  return [data, stringData].flatMap((map) => (isRecord(map) ? Object.keys(map) : []));
}

function keysOfHidden(annotations: unknown): readonly string[] {
  if (!isRecord(annotations)) return [];
  return Object.entries(annotations).flatMap(([name, text]) =>
    isHiddenAnnotation(name) ? keysOfConfiguration(text) : [],
  );
}

/** Returns all keys if it cannot be read: it may be compressed, or YAML, or name members twice. */
function keysOfConfiguration(text: unknown): readonly string[] {
  if (typeof text !== 'string' || text === '') return [];
  try {
    const configuration = parseJson(Buffer.from(text));
    return isRecord(configuration) ? keysIn(configuration) : [ALL_KEYS];
  } catch {
    return [ALL_KEYS];
  }
}
