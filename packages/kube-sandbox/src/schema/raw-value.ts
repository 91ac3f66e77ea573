import type { Json, JsonObject } from '../model/kube-object.js';

/**
 * Document as written: members in order with duplicates, numbers as text. `JSON.parse` loses
 * everything that a strict decoder reports.
 */
export type RawValue = null | boolean | string | RawNumber | RawValue[] | RawObject;

export class RawNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export class RawObject {
  readonly entries: (readonly [name: string, value: RawValue])[];

  constructor(entries: (readonly [name: string, value: RawValue])[] = []) {
    this.entries = entries;
  }
}

/** Returns Go's name for the type of a value. */
export function kindOf(value: RawValue): string {
  if (value === null) return 'null';
  if (value instanceof RawNumber) return 'number';
  if (value instanceof RawObject) return 'object';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'string' ? 'string' : 'bool';
}

/** Sets an own member with any name: `object['__proto__'] = …` would change the prototype. */
export function setMember(object: JsonObject, name: string, value: Json): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    object[name] = value;
  }
}

/** Returns an own member, never an inherited member. */
export function memberOf(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Converts to plain JSON; the last of duplicate members wins. */
export function toJson(value: RawValue): Json {
  if (value instanceof RawNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(toJson);
  if (!(value instanceof RawObject)) return value;
  const object: JsonObject = {};
  for (const [name, member] of value.entries) setMember(object, name, toJson(member));
  return object;
}

/** Converts JSON to a document without duplicates. */
export function fromJson(value: Json | undefined): RawValue {
  if (value === undefined) return null;
  if (typeof value === 'number') return new RawNumber(JSON.stringify(value));
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return new RawObject(entries.map(([name, member]) => [name, fromJson(member)] as const));
}

/** Sorts members by name at every level, as Go does for maps. */
export function sortedMembers(value: RawValue): RawValue {
  if (Array.isArray(value)) return value.map(sortedMembers);
  if (!(value instanceof RawObject)) return value;
  const entries = value.entries.map(([name, member]) => [name, sortedMembers(member)] as const);
  return new RawObject(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
