import { schemaLimits } from '../../../core/schema-limits.js';
import { isRecord } from '../../../secrets/domain/body-members.js';
import { pointerTo } from '../../../secrets/domain/json-pointer.js';
import { SchemaProblem } from '../schema-problem.js';
import { compiledPattern } from './pattern-cache.js';
import {
  formats,
  plainKeywords,
  schemaKeywords,
  schemaListKeywords,
  schemaMapKeywords,
} from './keywords.js';

/** Schema whose patterns and formats have names of their own, so that each is bounded. */
export interface PreparedSchema {
  readonly schema: JsonSchema;
  /** Instructions of each pattern, by the name of its format. */
  readonly patterns: ReadonlyMap<string, number>;
  /** Subschemas, each counted as often as references lead to it. */
  readonly nodes: number;
  /** Whether a keyword compares members of the document with each other. */
  readonly isComparing: boolean;
}

export type JsonSchema = boolean | Readonly<Record<string, unknown>>;

export const patternPrefix = 'pattern:';
export const formatPrefix = 'format:';

/**
 * Prepares a schema of JSON Schema 2020-12. References stay within the schema and lead to no
 * circle; patterns are compiled as RE2. Throws SchemaProblem with a pointer under `pointer`.
 */
export function prepareSchema(source: unknown, pointer: string): PreparedSchema {
  const preparation = new Preparation(source, pointer);
  const schema = preparation.prepared(source, pointer, 0);
  const nodes = preparation.count(source, pointer, new Set());
  const { patterns, isComparing } = preparation;
  return { schema, patterns, nodes, isComparing };
}

class Preparation {
  readonly patterns = new Map<string, number>();
  isComparing = false;
  readonly #root: unknown;
  readonly #pointer: string;
  readonly #counts = new Map<unknown, number>();

  constructor(root: unknown, pointer: string) {
    this.#root = root;
    this.#pointer = pointer;
  }

  /** Returns the schema with its patterns and formats renamed. */
  prepared(source: unknown, pointer: string, depth: number): JsonSchema {
    if (typeof source === 'boolean') return source;
    if (!isRecord(source))
      throw new SchemaProblem(pointer, 'must be a schema: an object or a boolean');
    if (depth > schemaLimits.depthMax) {
      throw new SchemaProblem(pointer, `is nested deeper than ${schemaLimits.depthMax} levels`);
    }
    const members = Object.entries(source).map(([keyword, value]) => {
      const at = pointer + pointerTo(keyword);
      return [keyword, this.#member(keyword, value, at, depth + 1)] as const;
    });
    const { pattern, format, ...rest } = Object.fromEntries(members) as Record<string, unknown>;
    const named = [
      ...(typeof pattern === 'string' ? [{ format: patternPrefix + pattern }] : []),
      ...(typeof format === 'string' ? [{ format: formatPrefix + format }] : []),
    ];
    if (named.length === 0) return rest;
    const before = (rest['allOf'] ?? []) as readonly JsonSchema[];
    return { ...rest, allOf: [...before, ...named] };
  }

  /** Returns how many subschemas an evaluation may reach. Throws for a circle of references. */
  count(source: unknown, pointer: string, within: ReadonlySet<unknown>): number {
    if (!isRecord(source)) return 1;
    const known = this.#counts.get(source);
    if (known !== undefined) return known;
    if (within.has(source)) throw new SchemaProblem(pointer, 'refers to itself');
    const inner = new Set([...within, source]);
    let nodes = 1;
    for (const [keyword, value] of Object.entries(source)) {
      // What $defs has is counted where a reference leads to it.
      if (keyword === '$defs') continue;
      const at = pointer + pointerTo(keyword);
      if (keyword === '$ref') nodes += this.count(this.#target(value, at), at, inner);
      else if (keyword === 'enum') nodes += (value as unknown[]).length / 10;
      for (const one of subschemas(keyword, value)) nodes += this.count(one, at, inner);
      if (nodes > schemaLimits.nodesMax) {
        const reason = `has more than ${schemaLimits.nodesMax} subschemas, counted by reference`;
        throw new SchemaProblem(this.#pointer, reason);
      }
    }
    this.#counts.set(source, nodes);
    return nodes;
  }

  #member(keyword: string, value: unknown, pointer: string, depth: number): unknown {
    if (schemaKeywords.has(keyword)) {
      if (keyword.startsWith('unevaluated')) this.isComparing = true;
      return this.prepared(value, pointer, depth);
    }
    if (schemaListKeywords.has(keyword)) {
      if (!Array.isArray(value) || value.length === 0) {
        throw new SchemaProblem(pointer, 'must be a list of schemas');
      }
      return value.map((one, index) => this.prepared(one, `${pointer}/${index}`, depth));
    }
    if (schemaMapKeywords.has(keyword)) {
      if (!isRecord(value)) throw new SchemaProblem(pointer, 'must be schemas by name');
      const entries = Object.entries(value);
      return Object.fromEntries(
        entries.map(([name, one]) => [name, this.prepared(one, pointer + pointerTo(name), depth)]),
      );
    }
    this.#checkPlain(keyword, value, pointer);
    return value;
  }

  #checkPlain(keyword: string, value: unknown, pointer: string): void {
    const shape = Object.hasOwn(plainKeywords, keyword) ? plainKeywords[keyword] : undefined;
    if (shape === undefined) throw new SchemaProblem(pointer, 'is not a supported keyword');
    if (!shape(value))
      throw new SchemaProblem(pointer, 'has a value that its keyword does not take');
    if (keyword === 'pattern') this.#notePattern(String(value), pointer);
    if (keyword === 'uniqueItems' && value === true) this.isComparing = true;
    if (keyword === 'format' && !formats.has(String(value))) {
      throw new SchemaProblem(pointer, `must be one of ${[...formats].join(', ')}`);
    }
    if (keyword === 'enum' && (value as unknown[]).length > schemaLimits.enumMembersMax) {
      const reason = `must have at most ${schemaLimits.enumMembersMax} members`;
      throw new SchemaProblem(pointer, reason);
    }
  }

  #notePattern(pattern: string, pointer: string): void {
    const { patternCharactersMax, patternSizeMax } = schemaLimits;
    if (pattern.length > patternCharactersMax) {
      throw new SchemaProblem(pointer, `is longer than ${patternCharactersMax} characters`);
    }
    const size = sizeOf(pattern, pointer);
    if (size > patternSizeMax) {
      throw new SchemaProblem(pointer, 'is too large when its repetitions are written out');
    }
    this.patterns.set(patternPrefix + pattern, size);
  }

  #target(reference: unknown, pointer: string): unknown {
    const text = String(reference);
    const outside = 'must be # or a pointer into this schema, such as #/$defs/name';
    if (text !== '#' && !text.startsWith('#/')) throw new SchemaProblem(pointer, outside);
    let target = this.#root;
    for (const token of text.split('/').slice(1)) {
      const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
      const isThere = isRecord(target) && Object.hasOwn(target, name);
      if (!isThere) throw new SchemaProblem(pointer, outside);
      target = (target as Readonly<Record<string, unknown>>)[name];
    }
    return target;
  }
}

function sizeOf(pattern: string, pointer: string): number {
  try {
    return compiledPattern(pattern).programSize();
  } catch {
    throw new SchemaProblem(pointer, 'is no pattern of RE2, which has no look-around');
  }
}

function subschemas(keyword: string, value: unknown): readonly unknown[] {
  if (schemaKeywords.has(keyword)) return [value];
  if (schemaListKeywords.has(keyword)) return value as readonly unknown[];
  return schemaMapKeywords.has(keyword) ? Object.values(value as object) : [];
}
