import { PatternProblem } from '../../../core/patterns/compile-pattern.js';
import { schemaLimits } from '../../../core/schema-limits.js';
import { isRecord } from '../../../secrets/domain/body-members.js';
import { pointerTo } from '../../../secrets/domain/json-pointer.js';
import { PatternBudget } from '../pattern-budget.js';
import { SchemaProblem } from '../schema-problem.js';
import { SchemaProblems } from '../schema-problems.js';
import { keywordWeight } from './keyword-weight.js';
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
  /** Cost for each value: see Count. */
  readonly nodes: number;
  /** Whether a keyword compares members of the document with each other. */
  readonly isComparing: boolean;
}

export type JsonSchema = boolean | Readonly<Record<string, unknown>>;

export const patternPrefix = 'pattern:';
export const formatPrefix = 'format:';

const SHOWN_CHARACTERS_MAX = 100;

/**
 * Prepares a schema of JSON Schema 2020-12. References stay within the schema and lead to no
 * circle; patterns are compiled as RE2. Throws SchemaProblem with pointers under `pointer`.
 */
export function prepareSchema(
  source: unknown,
  pointer: string,
  budget = new PatternBudget(),
): PreparedSchema {
  const preparation = new Preparation(source, pointer, budget);
  const schema = preparation.prepared(source, pointer, 0);
  // What is counted is a schema in all its parts.
  preparation.problems.throwAny();
  const { nodes } = preparation.count(source, pointer, new Set());
  const { patterns, isComparing } = preparation;
  return { schema, patterns, nodes, isComparing };
}

interface Count {
  /** Subschemas, each counted as often as references lead to it, and keywords by their weight. */
  readonly nodes: number;
  readonly depth: number;
}

class Preparation {
  readonly patterns = new Map<string, number>();
  readonly problems = new SchemaProblems();
  isComparing = false;
  readonly #root: unknown;
  readonly #pointer: string;
  readonly #budget: PatternBudget;
  readonly #counts = new Map<unknown, Count>();

  constructor(root: unknown, pointer: string, budget: PatternBudget) {
    this.#root = root;
    this.#pointer = pointer;
    this.#budget = budget;
  }

  /** Returns the schema with its patterns and formats renamed; adds its mistakes. */
  prepared(source: unknown, pointer: string, depth: number): JsonSchema {
    if (typeof source === 'boolean') return source;
    if (!isRecord(source)) {
      return this.#refused(pointer, 'must be a schema: an object or a boolean');
    }
    if (depth > schemaLimits.depthMax) {
      return this.#refused(pointer, `is nested deeper than ${schemaLimits.depthMax} levels`);
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

  /** Returns what an evaluation may reach. Throws for a circle of references. */
  count(source: unknown, pointer: string, within: ReadonlySet<unknown>): Count {
    if (!isRecord(source)) return { nodes: 1, depth: 1 };
    const known = this.#counts.get(source);
    this.#requireDepth(within.size + (known?.depth ?? 1));
    if (known !== undefined) return known;
    if (within.has(source)) throw new SchemaProblem(pointer, 'refers to itself');
    const inner = new Set([...within, source]);
    let nodes = 1;
    let depth = 1;
    for (const [keyword, value] of Object.entries(source)) {
      // What $defs has is counted where a reference leads to it.
      if (keyword === '$defs') continue;
      const at = pointer + pointerTo(keyword);
      const reached = keyword === '$ref' ? [this.#definition(value)] : subschemas(keyword, value);
      nodes += keywordWeight(keyword, value);
      for (const one of reached) {
        const count = this.count(one, at, inner);
        nodes += count.nodes;
        depth = Math.max(depth, count.depth + 1);
        this.#requireNodes(nodes);
      }
      this.#requireNodes(nodes);
    }
    this.#counts.set(source, { nodes, depth });
    return { nodes, depth };
  }

  #requireNodes(nodes: number): void {
    const { nodesMax } = schemaLimits;
    if (nodes <= nodesMax) return;
    const reason = `has more than ${nodesMax} subschemas, counted by reference and by their size`;
    throw new SchemaProblem(this.#pointer, reason);
  }

  #requireDepth(depth: number): void {
    const { referenceDepthMax } = schemaLimits;
    if (depth <= referenceDepthMax) return;
    const reason = `is deeper than ${referenceDepthMax} levels, counted by reference`;
    throw new SchemaProblem(this.#pointer, reason);
  }

  #member(keyword: string, value: unknown, pointer: string, depth: number): unknown {
    if (schemaKeywords.has(keyword)) {
      if (keyword.startsWith('unevaluated')) this.isComparing = true;
      return this.prepared(value, pointer, depth);
    }
    if (schemaListKeywords.has(keyword)) {
      if (!Array.isArray(value) || value.length === 0) {
        return this.#refused(pointer, 'must be a list of schemas');
      }
      return value.map((one, index) => this.prepared(one, `${pointer}/${index}`, depth));
    }
    if (schemaMapKeywords.has(keyword)) {
      if (!isRecord(value)) return this.#refused(pointer, 'must be schemas by name');
      const reason = keyword === '$defs' ? definitionsReason(value, depth) : undefined;
      if (reason !== undefined) return this.#refused(pointer, reason);
      const entries = Object.entries(value);
      return Object.fromEntries(
        entries.map(([name, one]) => [name, this.prepared(one, pointer + pointerTo(name), depth)]),
      );
    }
    const reason = this.#plainReason(keyword, value);
    if (reason !== undefined) return this.#refused(pointer, reason);
    if (keyword === 'pattern') this.#notePattern(String(value), pointer);
    if (keyword === 'uniqueItems' && value === true) this.isComparing = true;
    return value;
  }

  /** Adds a mistake, and returns a schema in the place of the wrong one. */
  #refused(pointer: string, reason: string): false {
    this.problems.add(pointer, reason);
    return false;
  }

  #plainReason(keyword: string, value: unknown): string | undefined {
    const shape = Object.hasOwn(plainKeywords, keyword) ? plainKeywords[keyword] : undefined;
    if (shape === undefined) return 'is not a supported keyword';
    if (!shape.takes(value)) return shape.reason;
    if (keyword === '$ref') return this.#referenceReason(String(value));
    if (keyword === 'format') return formatReason(String(value));
    const { enumMembersMax } = schemaLimits;
    const isHuge = keyword === 'enum' && (value as unknown[]).length > enumMembersMax;
    return isHuge ? `must have at most ${enumMembersMax} members` : undefined;
  }

  #notePattern(pattern: string, pointer: string): void {
    try {
      this.patterns.set(patternPrefix + pattern, this.#budget.sizeOf(pattern));
    } catch (error) {
      if (!(error instanceof PatternProblem)) throw error;
      this.problems.add(pointer, error.message);
    }
  }

  #referenceReason(reference: string): string | undefined {
    if (this.#definition(reference) !== undefined) return undefined;
    const name = definitionName(reference);
    return name === undefined
      ? 'must be #/$defs/ and the name of a definition'
      : `$defs has no definition ${name.slice(0, SHOWN_CHARACTERS_MAX)}`;
  }

  /** Returns the definition that a reference names; undefined if it names none. */
  #definition(reference: unknown): unknown {
    const name = definitionName(String(reference));
    const definitions = isRecord(this.#root) ? this.#root['$defs'] : undefined;
    const isThere = name !== undefined && isRecord(definitions) && Object.hasOwn(definitions, name);
    return isThere ? definitions[name] : undefined;
  }
}

function definitionName(reference: string): string | undefined {
  return /^#\/\$defs\/([A-Za-z0-9_.-]+)$/.exec(reference)?.[1];
}

/** Returns why a reference could read definitions in two ways: below the root, or escaped. */
function definitionsReason(definitions: object, depth: number): string | undefined {
  if (depth > 1) return 'is only allowed at the root of the schema';
  const isPlain = Object.keys(definitions).every((name) => /^[A-Za-z0-9_.-]+$/.test(name));
  return isPlain ? undefined : 'must have names of letters, digits, _, . and -';
}

function formatReason(name: string): string | undefined {
  if (formats.has(name)) return undefined;
  const reason = `must be one of ${[...formats].join(', ')}`;
  return name === 'json' ? `${reason}; for documents, set format: json of the key` : reason;
}

function subschemas(keyword: string, value: unknown): readonly unknown[] {
  if (schemaKeywords.has(keyword)) return [value];
  if (schemaListKeywords.has(keyword)) return value as readonly unknown[];
  return schemaMapKeywords.has(keyword) ? Object.values(value as object) : [];
}
