import { isJsonObject, type Json, type JsonObject } from '../model/kube-object.js';

/** Returns the integer at a path, undefined if absent, or a text that describes another value. */
export function integerAt(root: JsonObject, path: readonly string[]): number | string | undefined {
  let value: Json | undefined = root;
  for (const [index, name] of path.entries()) {
    if (value === undefined || value === null) return undefined;
    if (!isJsonObject(value)) {
      return misfit(value, path.slice(0, index + 1), 'map[string]interface{}');
    }
    if (!Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  if (value === undefined) return undefined;
  return Number.isInteger(value) ? Number(value) : misfit(value, path, 'int64');
}

function misfit(value: Json, path: readonly string[], wanted: string): string {
  const is = `${goText(value)} is of the type ${goTypeOf(value)}, expected ${wanted}`;
  return `.${path.join('.')} accessor error: ${is}`;
}

function goTypeOf(value: Json): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** Formats a value as Go does. */
function goText(value: Json): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isJsonObject(value)) return String(value);
  const names = Object.keys(value).toSorted();
  return `map[${names.map((name) => `${name}:${goText(value[name] ?? null)}`).join(' ')}]`;
}
