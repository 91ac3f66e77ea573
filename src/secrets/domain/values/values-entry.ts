import { documentLimits } from '../../../core/document-limits.js';
import { memberRequests, placeName } from '../documents/key-document.js';
import { dataKeyReason, secretNameReason } from '../names.js';

/** Requested entry: a whole Secret, one key of it, or a member of the document in a key. */
export interface ValuesEntry {
  readonly name: string;
  readonly key?: string;
  /** Has a meaning with a key. */
  readonly pointer?: string | undefined;
}

/** Returns why a text is no `SECRET` or `SECRET/KEY`; undefined if it is valid. */
export function valuesEntryReason(text: string): string | undefined {
  const { name, key } = parseValuesEntry(text);
  return secretNameReason(name) ?? (key === undefined ? undefined : dataKeyReason(key));
}

/** Parses a text that was checked: neither a name nor a key can contain a `/`. */
export function parseValuesEntry(text: string): ValuesEntry {
  const slash = text.indexOf('/');
  return slash < 0 ? { name: text } : { name: text.slice(0, slash), key: text.slice(slash + 1) };
}

/** Entries of one Secret, which are read together. */
export interface AskedSecret {
  readonly name: string;
  readonly asked: readonly {
    /** Position of the entry among all entries. */
    readonly place: number;
    /** Undefined if it requests the whole Secret. */
    readonly key: string | undefined;
    /** Undefined if it requests the value itself. */
    readonly pointer?: string | undefined;
  }[];
}

/** Entries by Secret, in the order in which the Secrets are first named. */
export function bySecret(entries: readonly ValuesEntry[]): readonly AskedSecret[] {
  const placed = entries.map((entry, place) => ({ entry, place }));
  const groups = Map.groupBy(placed, ({ entry }) => entry.name);
  return [...groups].map(([name, asked]) => ({
    name,
    asked: asked.map(({ place, entry: { key, pointer } }) => {
      return { place, key, ...(pointer !== undefined && { pointer }) };
    }),
  }));
}

/** Returns the only requested keys; undefined if the whole Secret is requested. */
export function onlyKeys({ asked }: AskedSecret): readonly string[] | undefined {
  const keys = asked.flatMap(({ key }) => (key === undefined ? [] : [key]));
  return keys.length === asked.length ? [...new Set(keys)] : undefined;
}

/**
 * Returns the places of the members, as an event names them. A key that is also requested as a
 * whole has none. None are returned if an event has no room for all: it then names whole keys,
 * which says rather too much than too little.
 */
export function memberPlaces({ asked }: AskedSecret): readonly string[] {
  const whole = new Set(asked.flatMap(({ key, pointer }) => (pointer === undefined ? [key] : [])));
  const places = asked.flatMap(({ key, pointer }) =>
    key === undefined || pointer === undefined || whole.has(key)
      ? []
      : [placeName({ key, pointer })],
  );
  return places.join().length <= documentLimits.placesCharactersMax ? places : [];
}

/** Returns as how many requests entries count. */
export function requestsOf(entries: readonly ValuesEntry[]): number {
  return entries.reduce(
    (sum, { key, pointer }) =>
      sum + (key === undefined || pointer === undefined ? 1 : memberRequests({ key })),
    0,
  );
}
