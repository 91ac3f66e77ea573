import type { FieldError } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import { isRecord, metadataKeyReason, metadataValueReason } from './body-members.js';
import { parsePointer, pointerTo } from './json-pointer.js';
import { dataKeyReason } from './names.js';
import { type Spelling, parseValue } from './value-map.js';

export type PatchMap = 'data' | 'labels' | 'annotations';
export type PatchOp = 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';

export interface PatchPath {
  readonly map: PatchMap;
  readonly spelling: Spelling | undefined;
  readonly key: string;
}

export interface PatchOperation {
  readonly op: PatchOp;
  readonly path: PatchPath;
  readonly from: PatchPath | undefined;
  readonly value: SecretValue | string | undefined;
}

const argumentOf = {
  add: 'value',
  remove: undefined,
  replace: 'value',
  move: 'from',
  copy: 'from',
  test: 'value',
} as const satisfies Record<PatchOp, 'value' | 'from' | undefined>;

type Report = (member: string, reason: string) => undefined;

/** Parses an operation of RFC 6902 section 4; undefined if errors were added. */
export function parseOperation(
  raw: unknown,
  index: number,
  errors: FieldError[],
): PatchOperation | undefined {
  const at = String(index);
  const report: Report = (member, reason) => {
    errors.push({ pointer: member === '' ? pointerTo(at) : pointerTo(at, member), reason });
    return undefined;
  };
  if (!isRecord(raw)) return report('', 'must be an object');
  const op = raw['op'];
  if (!isOp(op)) return report('op', `must be one of ${Object.keys(argumentOf).join(', ')}`);
  const argument = argumentOf[op];
  // RFC 6902 ignores unknown members. All bodies of the API refuse them, by name.
  for (const member of Object.keys(raw)) {
    if (!['op', 'path', argument].includes(member)) return report(member, 'unknown member');
  }
  const path = parsePath(raw['path'], 'path', report);
  if (path === undefined) return undefined;
  if (argument === 'from') return withSource(op, path, raw['from'], report);
  if (argument === undefined) return { op, path, from: undefined, value: undefined };
  const value = parseOperand(path, raw['value']);
  if ('reason' in value) return report('value', value.reason);
  return { op, path, from: undefined, value: value.parsed };
}

function isOp(op: unknown): op is PatchOp {
  return typeof op === 'string' && Object.hasOwn(argumentOf, op);
}

// Nothing may move between values and metadata: every caller who may list sees metadata.
function withSource(op: PatchOp, path: PatchPath, raw: unknown, report: Report) {
  const from = parsePath(raw, 'from', report);
  if (from === undefined) return undefined;
  if ((from.map === 'data') !== (path.map === 'data')) {
    return report('from', 'must not cross between values and metadata');
  }
  return { op, path, from, value: undefined };
}

function parsePath(raw: unknown, member: string, report: Report): PatchPath | undefined {
  const tokens = typeof raw === 'string' ? parsePointer(raw) : undefined;
  if (tokens === undefined) return report(member, 'must be a JSON pointer (RFC 6901)');
  const [map, key, ...rest] = tokens;
  if (key === undefined || rest.length > 0 || !isMap(map)) {
    return report(member, 'must name one entry of stringData, data, labels or annotations');
  }
  const isMetadata = map === 'labels' || map === 'annotations';
  const reason = isMetadata ? metadataKeyReason(map, key) : dataKeyReason(key);
  if (reason !== undefined) return report(member, reason);
  return isMetadata ? { map, spelling: undefined, key } : { map: 'data', spelling: map, key };
}

function isMap(name: string | undefined): name is PatchMap | 'stringData' {
  return name === 'data' || name === 'stringData' || name === 'labels' || name === 'annotations';
}

function parseOperand(
  { map, spelling }: PatchPath,
  value: unknown,
): { readonly parsed: SecretValue | string } | { readonly reason: string } {
  if (map === 'data') {
    const parsed = parseValue(spelling ?? 'data', value);
    return typeof parsed === 'string' ? { reason: parsed } : { parsed };
  }
  const reason = metadataValueReason(map, value);
  if (reason !== undefined) return { reason };
  return { parsed: String(value) };
}
