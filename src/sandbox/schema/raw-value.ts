import type { Json, JsonObject } from '../model/kube-object.js';

/**
 * A document as it was written: members in order with their duplicates, numbers as text. What
 * `JSON.parse` gives has lost all that a strict decoder reports.
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

/** How Go's decoder names what it found. */
export function kindOf(value: RawValue): string {
  if (value === null) return 'null';
  if (value instanceof RawNumber) return 'number';
  if (value instanceof RawObject) return 'object';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'string' ? 'string' : 'bool';
}

/** Sets an own member whatever its name: `object['__proto__'] = …` would change the prototype. */
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

/** An own member; never one that every object inherits. */
export function memberOf(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Plain JSON, the last of duplicate members winning. */
export function toJson(value: RawValue): Json {
  if (value instanceof RawNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(toJson);
  if (!(value instanceof RawObject)) return value;
  const object: JsonObject = {};
  for (const [name, member] of value.entries) setMember(object, name, toJson(member));
  return object;
}

/** The same as a document without duplicates. */
export function fromJson(value: Json | undefined): RawValue {
  if (value === undefined) return null;
  if (typeof value === 'number') return new RawNumber(JSON.stringify(value));
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return new RawObject(entries.map(([name, member]) => [name, fromJson(member)] as const));
}

/** With members by name at every level, as Go writes maps. */
export function sortedMembers(value: RawValue): RawValue {
  if (Array.isArray(value)) return value.map(sortedMembers);
  if (!(value instanceof RawObject)) return value;
  const entries = value.entries.map(([name, member]) => [name, sortedMembers(member)] as const);
  return new RawObject(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
