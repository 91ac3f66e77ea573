import { invalidAt, SallyportError } from '../../core/errors/sallyport-error.js';
import { escapePointer, parseJson } from '../../core/parse-json.js';
import { type SpecNode, entriesOf, isAnyJson, isMark, merged } from './spec-schema-tree.js';

/** Entry of a map, which GraphQL has as an item of a list. */
interface NamedEntry {
  readonly name: string;
}

/**
 * Returns the spec of an input as REST has it: null counts as absent, and `true` stands for an
 * object without members, which GraphQL cannot express. A list of named entries becomes a map, and
 * a text of JSON its value. Throws Invalid for a name that is given twice, and for other texts.
 */
export function specBody(tree: SpecNode, input: object): Record<string, unknown> {
  return objectOf(tree, input, '');
}

function objectOf(tree: SpecNode, input: object, pointer: string): Record<string, unknown> {
  const { properties = {} } = merged(tree);
  const members = Object.entries(input).flatMap(([name, value]: [string, unknown]) => {
    const node = properties[name];
    if (node === undefined || value === null || value === undefined) return [];
    if (!isMark(node)) return [[name, valueOf(node, value, `${pointer}/${name}`)] as const];
    return value === true ? [[name, {}] as const] : [];
  });
  return Object.fromEntries(members);
}

function valueOf(node: SpecNode, value: unknown, pointer: string): unknown {
  const entries = entriesOf(node);
  if (Array.isArray(value)) {
    if (entries) return mapOf(entries, value as readonly NamedEntry[], pointer); // by its type
    const { items = { type: 'string' } } = node;
    return value.map((item: unknown, index) => valueOf(items, item, `${pointer}/${index}`));
  }
  if (typeof value === 'string' && isAnyJson(node)) return jsonOf(value, pointer);
  return typeof value === 'object' && value !== null ? objectOf(node, value, pointer) : value;
}

function mapOf(node: SpecNode, entries: readonly NamedEntry[], pointer: string): object {
  const map = new Map<string, object>();
  for (const { name, ...entry } of entries) {
    const at = `${pointer}/${escapePointer(name)}`;
    if (map.has(name)) throw invalidAt(at, 'given twice');
    map.set(name, objectOf(node, entry, at));
  }
  return Object.fromEntries(map);
}

/** Parses JSON as strictly as a body. Throws TooLarge as that, and Invalid. */
function jsonOf(text: string, pointer: string): unknown {
  try {
    return parseJson(Buffer.from(text));
  } catch (error) {
    if (!(error instanceof SallyportError) || error.code === 'TooLarge') throw error;
    const [problem = { pointer: '', reason: 'is not valid JSON, or has too many levels' }] =
      error.errors;
    throw invalidAt(`${pointer}${problem.pointer}`, problem.reason);
  }
}
