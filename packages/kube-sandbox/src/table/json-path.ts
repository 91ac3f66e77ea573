import { isJsonObject, type Json } from '../model/kube-object.js';
import { JsonPathError, type PathStep } from './json-path-parser.js';

type Values = readonly Json[];
type Step<Kind extends PathStep['kind']> = Extract<PathStep, { kind: Kind }>;

function membersOf(value: Json): Values {
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value)) return [];
  return Object.values(value).filter((member) => member !== undefined);
}

function field(value: Json, name: string): Values {
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return [];
  const member = value[name];
  return member === undefined ? [] : [member];
}

function arrayOf(value: Json): Values | undefined {
  if (value === null) return undefined;
  if (!Array.isArray(value)) throw new JsonPathError('not an array');
  return value;
}

function index(value: Json, position: number): Values {
  const array = arrayOf(value);
  if (array === undefined) return [];
  const item = array.at(position);
  if (item === undefined || position >= array.length) throw new JsonPathError('out of bounds');
  return [item];
}

function slice(value: Json, { start = 0, end, step = 1 }: Step<'slice'>): Values {
  const array = arrayOf(value);
  if (array === undefined) return [];
  const { length } = array;
  const from = start < 0 ? start + length : start;
  const given = end ?? length;
  const to = given < 0 ? given + length : given;
  if (from === to) return [];
  if (from < 0 || from >= length || to > length || from > to || step <= 0) {
    throw new JsonPathError('out of bounds');
  }
  return array.slice(from, to).filter((_, position) => position % step === 0);
}

function descend(value: Json): Values {
  const members = membersOf(value);
  return members.length === 0 ? [] : [value, ...members.flatMap(descend)];
}

function typeOf(value: Json): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
  return typeof value;
}

function compare(left: Json, operator: string, right: Json): boolean {
  if (typeOf(left) !== typeOf(right) || typeof left === 'object' || typeof right === 'object') {
    throw new JsonPathError('incompatible types for comparison');
  }
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (typeof left === 'boolean') throw new JsonPathError('invalid type for comparison');
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  if (operator === '<=') return left <= right;
  if (operator === '>=') return left >= right;
  throw new JsonPathError('unrecognized filter operator');
}

/** Throws if a side has more than one value; an element without a value does not match. */
function isMatch(element: Json, { left, operator, right }: Step<'filter'>): boolean {
  if (operator === 'exists') return walk([element], left).length > 0;
  const [a, ...moreA] = walk([element], left);
  if (a === undefined) return false;
  const [b, ...moreB] = walk([element], right);
  if (b === undefined) return false;
  if (moreA.length + moreB.length > 0) throw new JsonPathError('can only compare one element');
  return compare(a, operator, b);
}

function filter(value: Json, step: Step<'filter'>): Values {
  if (!Array.isArray(value)) throw new JsonPathError('not an array');
  return value.filter((element) => isMatch(element, step));
}

function advance(values: Values, step: PathStep): Values {
  switch (step.kind) {
    case 'field':
      return values.flatMap((value) => field(value, step.name));
    case 'wildcard':
      return values.flatMap(membersOf);
    case 'recursive':
      return values.flatMap(descend);
    case 'index':
      return values.flatMap((value) => index(value, step.index));
    case 'slice':
      return values.flatMap((value) => slice(value, step));
    case 'union':
      return step.paths.flatMap((path) => walk(values, path));
    case 'filter':
      return values.flatMap((value) => filter(value, step));
    case 'literal':
      return values.map(() => step.value);
  }
}

function walk(values: Values, path: readonly PathStep[]): Values {
  let found = values;
  for (const step of path) found = advance(found, step);
  return found;
}

/**
 * Returns every value under the path, in order; empty if members are missing. Throws JsonPathError
 * if the path does not fit the object's shape.
 */
export function findByPath(value: Json, path: readonly PathStep[]): Values {
  return walk([value], path);
}
