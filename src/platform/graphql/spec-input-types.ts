import type { Type } from '@nestjs/common';
import { Field, InputType, Int, type ReturnTypeFuncValue, registerEnumType } from '@nestjs/graphql';
import { type SpecNode, entriesOf, isAnyJson, isMark, merged } from './spec-schema-tree.js';

/**
 * Input types for a schema of REST, so that both accept the same. A type is named by the member
 * that has it; members of one name share their type.
 */
export class SpecInputTypes {
  readonly #prefix: string;
  readonly #inputs = new Map<string, { readonly type: Type<object>; readonly node: string }>();
  readonly #enums: Map<string, object>;
  readonly #renamed: Readonly<Record<string, string>>;

  /**
   * `enums`: registered types of values, by the name of their member and of its parent. With
   * `String`, values stay as REST has them. `renamed`: names of members with another type than
   * members of their name elsewhere, by their parent and their name.
   */
  constructor(
    prefix: string,
    enums: Readonly<Record<string, object>> = {},
    renamed: Readonly<Record<string, string>> = {},
  ) {
    this.#prefix = prefix;
    this.#renamed = renamed;
    this.#enums = new Map(Object.entries(enums));
  }

  /** Returns the input type of an object. Throws TypeError if one name would be two types. */
  inputOf(member: string, given: SpecNode, description = given.description): Type<object> {
    const node = merged(given);
    const name = `${this.#prefix}${capitalised(member)}Input`;
    const known = this.#inputs.get(name);
    const text = JSON.stringify(node.properties);
    if (known !== undefined) {
      if (known.node !== text) throw new TypeError(`${name} would be two types`);
      return known.type;
    }
    const type = { [name]: class {} }[name] as Type<object>; // of this name
    this.#inputs.set(name, { type, node: text });
    InputType(name, describedBy(description))(type);
    for (const [field, property] of Object.entries(node.properties ?? {})) {
      const fieldType = this.#typeOf(field, property, member);
      const nullable = node.required?.includes(field) !== true;
      const options = { nullable, ...describedBy(withDefault(property)) };
      Field(() => fieldType, options)(type.prototype as object, field);
    }
    return type;
  }

  #typeOf(member: string, node: SpecNode, parent: string): ReturnTypeFuncValue {
    if (node.type === 'array') {
      const items = { description: node.description ?? '', ...node.items };
      return [this.#typeOf(member, items, parent)] as ReturnTypeFuncValue; // a list of it
    }
    const entries = entriesOf(node);
    if (entries) {
      return [this.inputOf(member, namedEntry(entries), node.description)] as ReturnTypeFuncValue;
    }
    if (node.type === 'integer') return Int;
    if (node.type === 'boolean' || isMark(node)) return Boolean;
    if (node.type === 'object' || node.oneOf) {
      return this.inputOf(
        this.#renamed[`${capitalised(parent)}${capitalised(member)}`] ?? member,
        node,
      );
    }
    if (node.enum) return this.#enumOf(`${capitalised(parent)}${capitalised(member)}`, node);
    return String;
  }

  #enumOf(name: string, { enum: values = [], description }: SpecNode): object {
    const known = this.#enums.get(name);
    if (known) return known;
    const type = Object.fromEntries(values.map((value) => [enumName(value), value]));
    const valuesMap = Object.fromEntries(
      values.map((value) => [enumName(value), { description: `\`${value}\` of REST.` }]),
    );
    registerEnumType(type, {
      name: `${this.#prefix}${name}`,
      valuesMap,
      ...describedBy(description),
    });
    this.#enums.set(name, type);
    return type;
  }
}

/** Returns the name of an enum value for a value of REST: `VERIFY_FULL` for `verify-full`. */
export function enumName(value: string): string {
  return value
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
}

/** Returns the schema of an entry of a map as an item of a list. Throws TypeError for a clash. */
function namedEntry({ properties = {}, required = [], ...node }: SpecNode): SpecNode {
  if ('name' in properties) throw new TypeError('an entry of a map has a member called name');
  const name = { type: 'string', description: 'Its name, which the list has once.' };
  return { ...node, properties: { name, ...properties }, required: ['name', ...required] };
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Returns the description with the form of any JSON, and with what an absent member means. */
function withDefault(node: SpecNode): string | undefined {
  const { description, default: usual } = node;
  if (isAnyJson(node)) return `${description ?? ''} As a text of JSON.`;
  if (usual === undefined || usual === '') return description;
  const text = typeof usual === 'string' ? usual : JSON.stringify(usual);
  return `${description ?? ''} If absent: ${text}.`;
}

function describedBy(description: string | undefined): { readonly description?: string } {
  return description === undefined ? {} : { description };
}
