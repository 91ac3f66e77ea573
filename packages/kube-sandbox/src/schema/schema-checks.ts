import type { Json } from '../model/kube-object.js';
import type { SchemaNode } from '../model/schema-node.js';
import { invalidValue, tooLong } from '../registry/field-errors.js';
import { formatCheck } from './schema-formats.js';
import { withoutField, wrongType, type SchemaResult } from './schema-result.js';

const numberFormats: Readonly<Record<string, readonly string[]>> = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
};
const int64Limit = 2 ** 63;
const int32Limit = 2 ** 31;
const floatMax = 3.4028234663852886e38;
/** Expressions, cached as long as their schemas exist. */
const compiled = new WeakMap<SchemaNode, RegExp | undefined>();

/** Returns the JSON type; Go treats an integer beyond 64 bits as a float. */
function typeOf(value: Json): { readonly type: string; readonly format: string } {
  if (value === null) return { type: 'null', format: '' };
  if (Array.isArray(value)) return { type: 'array', format: '' };
  if (typeof value === 'number') {
    const isInteger = Number.isInteger(value) && Math.abs(value) < int64Limit;
    return isInteger ? { type: 'integer', format: 'int64' } : { type: 'number', format: 'float64' };
  }
  return { type: typeof value, format: '' };
}

/** Ignores a format that does not belong to the type. */
function formatOf(schema: SchemaNode): string {
  const { type, format = '' } = schema;
  if (schema['x-kubernetes-int-or-string'] === true) return '';
  if (type === undefined || type === 'string') return formatCheck(format) ? format : '';
  return numberFormats[type]?.includes(format) === true ? format : '';
}

/** Returns the JSON types that a value may have; empty: any. */
export function typesOf(schema: SchemaNode): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'];
  return schema.type === undefined ? [] : [schema.type];
}

/** Checks the type; the error names the format instead of the type if there is a format. */
export function checkType(value: Json, schema: SchemaNode, path: string, to: SchemaResult): void {
  to.matches += 1;
  const types = typesOf(schema);
  const found = typeOf(value);
  if (types.length === 0 || fits(found.type, types)) return;
  const format = formatOf(schema);
  if (value === null) {
    if (schema['nullable'] !== true) to.add(wrongType(path, types.join(','), found.type));
  } else if (format === '' || found.type === 'string') {
    to.add(wrongType(path, types.join(','), found.type));
  } else if (found.type !== 'array') {
    to.add(wrongType(path, format, found.format));
  } else if (!types.includes('string')) {
    to.add(wrongType(path, types.join(','), found.type));
  }
}

function fits(found: string, types: readonly string[]): boolean {
  return types.includes(found) || (found === 'integer' && types.includes('number'));
}

export function checkString(
  value: string,
  schema: SchemaNode,
  path: string,
  to: SchemaResult,
): void {
  to.matches += 1;
  const length = Array.from(value).length;
  const [least, most, pattern] = [schema['minLength'], schema['maxLength'], schema['pattern']];
  if (typeof most === 'number' && length > most) {
    to.add(tooLong(path, most));
  } else if (typeof least === 'number' && length < least) {
    to.add(invalidValue(path, value, `${path} in body should be at least ${least} chars long`));
  } else if (typeof pattern === 'string' && !matches(value, pattern, schema)) {
    to.add(invalidValue(path, value, `${path} in body should match '${pattern}'`));
  }
  const format = formatOf(schema);
  if (format !== '' && formatCheck(format)?.(value) === false) {
    to.add(wrongType(path, format, value));
  }
}

/** Go's expressions are nearly JavaScript's; incompatible expressions are not checked. */
function matches(value: string, pattern: string, schema: SchemaNode): boolean {
  if (!compiled.has(schema)) compiled.set(schema, compile(pattern));
  try {
    return compiled.get(schema)?.test(value) ?? true;
  } catch {
    // The engine compiles at the first use and refuses expressions that are too large.
    return true;
  }
}

function compile(pattern: string): RegExp | undefined {
  const isCaseless = pattern.startsWith('(?i)');
  const source = (isCaseless ? pattern.slice('(?i)'.length) : pattern)
    .replaceAll('\\A', '^')
    .replaceAll('\\z', '$')
    .replaceAll('(?P<', '(?<');
  for (const flags of isCaseless ? ['iu', 'i'] : ['u', '']) {
    try {
      return new RegExp(source, flags);
    } catch {
      // The next flags may work.
    }
  }
  return undefined;
}

export function checkNumber(
  value: number,
  schema: SchemaNode,
  path: string,
  to: SchemaResult,
): void {
  to.matches += 2;
  const range = rangeProblem(value, schema);
  if (range !== undefined)
    to.add(withoutField(`Checked value must be of type ${range} in ${path}`));
  const { multipleOf: factor, minimum, maximum } = schema;
  if (typeof factor === 'number' && !isMultiple(value, factor)) {
    to.add(invalidValue(path, value, `${path} in body should be a multiple of ${factor}`));
  }
  if (typeof minimum === 'number') {
    const isExclusive = schema['exclusiveMinimum'] === true;
    if (isExclusive ? value <= minimum : value < minimum) {
      const rule = isExclusive ? 'greater than' : 'greater than or equal to';
      to.add(invalidValue(path, value, `${path} in body should be ${rule} ${minimum}`));
    }
  }
  if (typeof maximum === 'number') {
    const isExclusive = schema['exclusiveMaximum'] === true;
    if (isExclusive ? value >= maximum : value > maximum) {
      const rule = isExclusive ? 'less than' : 'less than or equal to';
      to.add(invalidValue(path, value, `${path} in body should be ${rule} ${maximum}`));
    }
  }
}

function rangeProblem(value: number, schema: SchemaNode): string | undefined {
  const format = formatOf(schema);
  const named = format === '' ? '(default format)' : `with format ${format}`;
  if (schema.type === 'integer') {
    const limit = format === 'int32' ? int32Limit : int64Limit;
    const fits = Number.isInteger(value) && value >= -limit && value < limit;
    return fits ? undefined : `integer ${named}`;
  }
  const isTooLarge = format === 'float' && Math.abs(value) > floatMax;
  return isTooLarge ? `number ${named}` : undefined;
}

function isMultiple(value: number, factor: number): boolean {
  const quotient = factor < 1 ? (1 / factor) * value : value / factor;
  return Number.isInteger(quotient);
}
