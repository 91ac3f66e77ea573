import { isJsonObject } from '../model/kube-object.js';
import type { Json } from '../model/kube-object.js';
import { entriesOf } from '../patch/members.js';
import { ToldCharacters } from '../schema/told-characters.js';
import { bounds } from '../store/sandbox-bounds.js';
import { elementsOf, SchemaMismatch } from './list-elements.js';
import { shapeOf } from './object-type.js';
import type { ListType, MapType, ObjectTypes, TypeRef, ValueType } from './object-type.js';
import { fieldElement, showElement, showPath } from './path-element.js';
import type { FieldPath, PathElement } from './path-element.js';

/**
 * Returns why a value does not fit its schema, in the API server's words for an apply, but without
 * the value. Empty if the value fits.
 */
export function mismatches(types: ObjectTypes, type: TypeRef, value: Json): readonly string[] {
  const validator = new Validator(types);
  validator.check(type, value, []);
  return validator.errors;
}

class Validator {
  readonly errors: string[] = [];
  readonly #told = new ToldCharacters();
  readonly #types: ObjectTypes;

  constructor(types: ObjectTypes) {
    this.#types = types;
  }

  check(type: TypeRef, value: Json, path: FieldPath): void {
    const valueType = this.#types.of(type);
    const shape = shapeOf(valueType, value);
    if (value === null) return;
    if (shape === 'map' && valueType.map !== undefined) this.#map(valueType.map, value, path);
    else if (shape === 'list' && valueType.list !== undefined) {
      this.#list(valueType.list, value, path);
    } else this.#scalar(valueType.scalar, value, path);
  }

  #report(path: FieldPath, message: string): void {
    if (this.errors.length >= bounds.problemsToldMax || this.#told.isSpent) return;
    const place = showPath(path);
    const error = place === '' ? message : `${place}: ${message}`;
    this.#told.spend(error.length);
    this.errors.push(error);
  }

  #scalar(scalar: ValueType['scalar'], value: Json, path: FieldPath): void {
    if (scalar === 'numeric' && typeof value !== 'number') {
      this.#report(path, 'expected numeric (int or float)');
    } else if ((scalar === 'string' || scalar === 'boolean') && typeof value !== scalar) {
      this.#report(path, `expected ${scalar}`);
    } else if (typeof value === 'object') this.#report(path, 'expected any scalar');
  }

  #map(type: MapType, value: Json, path: FieldPath): void {
    if (!isJsonObject(value)) {
      this.#report(path, 'expected map');
      return;
    }
    for (const [name, member] of entriesOf(value)) {
      const here = [...path, fieldElement(name)];
      const memberType = this.#types.member(type, name);
      if (memberType === undefined) {
        this.#report(here, 'field not declared in schema');
        return;
      }
      this.check(memberType, member, here);
    }
  }

  #list(type: ListType, value: Json, path: FieldPath): void {
    if (!Array.isArray(value)) {
      this.#report(path, 'expected list');
      return;
    }
    if (type.isAtomic) {
      for (const [index, item] of value.entries()) {
        const element: PathElement = { kind: 'index', index, text: `i:${index}` };
        this.check(type.element, item, [...path, element]);
      }
      return;
    }
    this.#elements(type, value, path);
  }

  #elements(type: ListType, values: Json[], path: FieldPath): void {
    const seen = new Set<string>();
    try {
      for (const { element, value } of elementsOf(this.#types, type, values)) {
        if (seen.has(element.text)) {
          this.#report(path, `duplicate entries for key ${showElement(element)}`);
        }
        seen.add(element.text);
        this.check(type.element, value, [...path, element]);
      }
    } catch (error) {
      if (!(error instanceof SchemaMismatch)) throw error;
      this.#report(path, error.message);
    }
  }
}
