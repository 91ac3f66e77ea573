import { DocumentSyntaxError, parseJson } from './json-syntax.js';
import { RawNumber, RawObject, type RawValue } from './raw-value.js';
import { resolvePlainScalar } from './yaml-scalar.js';

/**
 * JSON read as the YAML that it also is: many clients send it under a YAML type, and its own
 * reader needs a fraction of the work. Undefined for a text that only the YAML reader can read, or
 * of whose duplicate members it has to tell the lines.
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

/** In the order of the names, as the YAML reader sorts them. */
function yamlObject({ entries }: RawObject): RawObject | undefined {
  const members = new Map<string, RawValue>();
  for (const [name, value] of entries) {
    const member = yamlValue(value);
    if (member === undefined || members.has(name)) return undefined;
    members.set(name, member);
  }
  return new RawObject([...members].sort(([one], [other]) => (one < other ? -1 : 1)));
}
