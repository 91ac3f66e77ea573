import { isJsonObject, type Json } from '../model/kube-object.js';

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => Number(a > b) - Number(a < b));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member ?? null)]));
}

function jsonText(value: Json): string {
  const text = JSON.stringify(sorted(value));
  return text.replaceAll(/[<>&\u2028\u2029]/g, (found) => escapes[found] ?? found);
}

/** Formats the shortest text that parses to the number: `1.5`, `1.5e+07`. */
function floatText(value: number): string {
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  const digits = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
}

/** Formats a value as Go does for a text cell: objects as JSON with sorted members. */
export function cellText(value: Json): string {
  if (typeof value === 'object' && value !== null) return jsonText(value);
  if (typeof value === 'number' && !Number.isInteger(value)) return floatText(value);
  return String(value);
}
