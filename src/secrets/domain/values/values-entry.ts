import { dataKeyReason, secretNameReason } from '../names.js';

/** Requested entry: a whole Secret, or one key of it. */
export interface ValuesEntry {
  readonly name: string;
  readonly key?: string;
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
  }[];
}

/** Entries by Secret, in the order in which the Secrets are first named. */
export function bySecret(entries: readonly ValuesEntry[]): readonly AskedSecret[] {
  const placed = entries.map(({ name, key }, place) => ({ name, key, place }));
  const groups = Map.groupBy(placed, ({ name }) => name);
  return [...groups].map(([name, asked]) => ({
    name,
    asked: asked.map(({ place, key }) => ({ place, key })),
  }));
}

/** Returns the only requested keys; undefined if the whole Secret is requested. */
export function onlyKeys({ asked }: AskedSecret): readonly string[] | undefined {
  const keys = asked.flatMap(({ key }) => (key === undefined ? [] : [key]));
  return keys.length === asked.length ? keys : undefined;
}
