import { dataKeyReason, secretNameReason } from '../names.js';

/** What is asked for: a whole Secret, or one key of it. */
export interface ValuesEntry {
  readonly name: string;
  readonly key?: string;
}

/** Why a text is no `SECRET` or `SECRET/KEY`; undefined where it is one. */
export function valuesEntryReason(text: string): string | undefined {
  const { name, key } = parseValuesEntry(text);
  return secretNameReason(name) ?? (key === undefined ? undefined : dataKeyReason(key));
}

/** Of a text that has been checked: neither a name nor a key can hold a `/`. */
export function parseValuesEntry(text: string): ValuesEntry {
  const slash = text.indexOf('/');
  return slash < 0 ? { name: text } : { name: text.slice(0, slash), key: text.slice(slash + 1) };
}

/** Entries of one Secret, which are read together. */
export interface AskedSecret {
  readonly name: string;
  readonly asked: readonly {
    /** Where the entry stands among all. */
    readonly place: number;
    /** Undefined where it asks for the whole Secret. */
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

/** The only keys that are asked for; undefined where the whole Secret is. */
export function onlyKeys({ asked }: AskedSecret): readonly string[] | undefined {
  const keys = asked.flatMap(({ key }) => (key === undefined ? [] : [key]));
  return keys.length === asked.length ? keys : undefined;
}
