import { isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject } from '../model/kube-object.js';
import { entriesOf } from '../patch/members.js';
import { compareElements, fieldElement, parseElement } from './path-element.js';
import type { FieldPath, PathElement } from './path-element.js';

interface Child {
  readonly element: PathElement;
  readonly set: FieldSet;
}

/**
 * Set of field paths, the content of FieldsV1. Owning a field does not imply owning its parents or
 * children. Only insertions change a set; all other methods return a new set.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export class FieldSet {
  readonly #members = new Map<string, PathElement>();
  readonly #children = new Map<string, Child>();

  static of(...paths: readonly (readonly string[])[]): FieldSet {
    const set = new FieldSet();
    for (const path of paths) set.insert(path.map(fieldElement));
    return set;
  }

  /** Reads FieldsV1; skips unknown kinds of elements. Throws SyntaxError. */
  static parse(fields: Json): FieldSet {
    if (!isJsonObject(fields)) throw new SyntaxError('FieldsV1 is no object');
    const set = new FieldSet();
    for (const [text, nested] of entriesOf(fields)) {
      if (text === '.') continue;
      const element = parseElement(text);
      if (element === undefined) continue;
      if (!isJsonObject(nested)) throw new SyntaxError('FieldsV1 holds no object');
      const child = FieldSet.parse(nested);
      const isMember = Object.hasOwn(nested, '.') || child.isEmpty;
      if (isMember) set.#members.set(element.text, element);
      if (!child.isEmpty) set.#children.set(element.text, { element, set: child });
    }
    return set;
  }

  get isEmpty(): boolean {
    if (this.#members.size > 0) return false;
    for (const { set } of this.#children.values()) if (!set.isEmpty) return false;
    return true;
  }

  /**
   * Adds a field, not its parents. Ignores the empty path (the whole object), which has no owner.
   */
  insert(path: FieldPath): void {
    const [element, ...rest] = path;
    if (element === undefined) return;
    if (rest.length === 0) this.insertMember(element);
    else this.childAt(element).insert(rest);
  }

  insertMember(element: PathElement): void {
    this.#members.set(element.text, element);
  }

  /** Returns the set below an element, for insertions; creates it if absent. */
  childAt(element: PathElement): FieldSet {
    const child = this.#children.get(element.text) ?? { element, set: new FieldSet() };
    this.#children.set(element.text, child);
    return child.set;
  }

  has(path: FieldPath): boolean {
    const [element, ...rest] = path;
    if (element === undefined) return false;
    return rest.length === 0 ? this.hasMember(element) : this.under(element).has(rest);
  }

  hasMember(element: PathElement): boolean {
    return this.#members.has(element.text);
  }

  /** Returns the set below an element. */
  under(element: PathElement): FieldSet {
    return this.#children.get(element.text)?.set ?? new FieldSet();
  }

  /** Returns a copy for `insert`; other results share the sets below their members. */
  copy(): FieldSet {
    const result = new FieldSet();
    for (const [text, element] of this.#members) result.#members.set(text, element);
    for (const [text, { element, set }] of this.#children) {
      result.#children.set(text, { element, set: set.copy() });
    }
    return result;
  }

  union(other: FieldSet): FieldSet {
    const result = new FieldSet();
    for (const [text, element] of [...this.#members, ...other.#members]) {
      result.#members.set(text, element);
    }
    for (const [text, child] of [...this.#children, ...other.#children]) {
      const before = result.#children.get(text);
      const set = before === undefined ? child.set : before.set.union(child.set);
      result.#children.set(text, { element: child.element, set });
    }
    return result;
  }

  intersection(other: FieldSet): FieldSet {
    return this.#filtered(
      (element) => other.hasMember(element),
      (element, set) => set.intersection(other.under(element)),
    );
  }

  /** Returns the fields of this set that are not in the other; keeps their children. */
  difference(other: FieldSet): FieldSet {
    return this.#filtered(
      (element) => !other.hasMember(element),
      (element, set) => set.difference(other.under(element)),
    );
  }

  /** Returns the fields that neither are in the other set nor have a parent in it. */
  recursiveDifference(other: FieldSet): FieldSet {
    return this.#filtered(
      (element) => !other.hasMember(element),
      (element, set) =>
        other.hasMember(element) ? new FieldSet() : set.recursiveDifference(other.under(element)),
    );
  }

  /** Returns the fields that have no children in the set. */
  leaves(): FieldSet {
    return this.#filtered(
      (element) => !this.#children.has(element.text),
      (_element, set) => set.leaves(),
    );
  }

  equals(other: FieldSet): boolean {
    return JSON.stringify(this.serialise()) === JSON.stringify(other.serialise());
  }

  /** Returns the first `countMax` paths, parents before children. */
  paths(countMax = Infinity): FieldPath[] {
    const found: FieldPath[] = [];
    this.#addPaths([], countMax, found);
    return found;
  }

  #addPaths(parent: FieldPath, countMax: number, to: FieldPath[]): void {
    for (const element of [...this.#members.values()].sort(compareElements)) {
      if (to.length >= countMax) return;
      to.push([...parent, element]);
    }
    for (const { element, set } of this.children()) {
      if (to.length >= countMax) return;
      set.#addPaths([...parent, element], countMax, to);
    }
  }

  children(): readonly Child[] {
    return [...this.#children.values()].sort((left, right) =>
      compareElements(left.element, right.element),
    );
  }

  /** Returns FieldsV1 with its members in the API server's order. */
  serialise(): JsonObject {
    const elements = new Map(this.#members);
    for (const [text, { element, set }] of this.#children) {
      if (!set.isEmpty) elements.set(text, element);
    }
    const result: JsonObject = {};
    for (const element of [...elements.values()].sort(compareElements)) {
      const nested = this.under(element).serialise();
      const isBoth = this.hasMember(element) && Object.keys(nested).length > 0;
      result[element.text] = isBoth ? { '.': {}, ...nested } : nested;
    }
    return result;
  }

  #filtered(
    keepMember: (element: PathElement) => boolean,
    below: (element: PathElement, set: FieldSet) => FieldSet,
  ): FieldSet {
    const result = new FieldSet();
    for (const [text, element] of this.#members) {
      if (keepMember(element)) result.#members.set(text, element);
    }
    for (const [text, { element, set }] of this.#children) {
      const kept = below(element, set);
      if (!kept.isEmpty) result.#children.set(text, { element, set: kept });
    }
    return result;
  }
}
