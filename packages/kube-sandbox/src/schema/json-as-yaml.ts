import { DocumentSyntaxError, parseJson } from './json-syntax.js';
import { RawNumber, RawObject, type RawValue } from './raw-value.js';
import { resolvePlainScalar } from './yaml-scalar.js';

/**
 * Reads JSON in a YAML body: many clients send it, and the JSON reader needs a fraction of the
 * time. Returns undefined for a text that only the YAML reader can read, or that needs line numbers
 * for duplicate members.
 */
export function jsonAsYaml(text: string): RawValue | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return yamlValue(parseJson(text));
  } catch (error) {
    if (error instanceof DocumentSyntaxError) return undefined;
    throw error;
  }
}

function yamlValue(value: RawValue): RawValue | undefined {
  if (value instanceof RawNumber) return resolvePlainScalar(value.text);
  if (Array.isArray(value)) {
    const items = value.map(yamlValue).filter((item) => item !== undefined);
    return items.length === value.length ? items : undefined;
  }
  return value instanceof RawObject ? yamlObject(value) : value;
}

/** Sorts members by name, as the YAML reader does. */
function yamlObject({ entries }: RawObject): RawObject | undefined {
  const members = new Map<string, RawValue>();
  for (const [name, value] of entries) {
    const member = yamlValue(value);
    if (member === undefined || members.has(name)) return undefined;
    members.set(name, member);
  }
  return new RawObject([...members].sort(([one], [other]) => (one < other ? -1 : 1)));
}
