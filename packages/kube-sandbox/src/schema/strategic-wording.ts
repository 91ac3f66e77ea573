import type { Misfit } from './decode-problems.js';

const sources: Readonly<Record<string, string>> = { object: 'map', array: 'slice' };
const scalarKinds: Readonly<Record<string, string>> = { string: 'string', boolean: 'bool' };

/** Returns a strategic merge patch's wording for a misfit, if it differs from JSON's wording. */
export function strategicWording(message: string, misfit: Misfit | undefined): string {
  if (message.startsWith('illegal base64')) return `error decoding from json: ${message}`;
  if (misfit?.kind === undefined) return message;
  const from = sourceOf(misfit.found);
  switch (misfit.kind) {
    case 'struct':
      return `cannot restore struct from: ${from}`;
    case 'map':
      return `cannot restore map from ${from}`;
    case 'list':
    case 'bytes':
      return `cannot restore slice from ${from}`;
    default:
      return scalarWording(from, misfit.kind, misfit.goType);
  }
}

function sourceOf(found: string): string {
  if (/^number(?: -?\d+)?$/.test(found)) return 'int64';
  return found.startsWith('number') ? 'float64' : (sources[found] ?? found);
}

/** Only these two conversions have their own error text in Go. */
function scalarWording(from: string, kind: string, goType: string): string {
  const isConvertible =
    (from === 'int64' && kind === 'string') || (from === 'float64' && kind === 'integer');
  if (isConvertible) return `cannot convert ${from} to ${goType}`;
  return `unrecognized type: ${scalarKinds[kind] ?? goType}`;
}
