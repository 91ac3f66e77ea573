/** Step of a parsed path. */
export type PathStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | {
      readonly kind: 'slice';
      readonly start?: number;
      readonly end?: number;
      readonly step?: number;
    }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'union'; readonly paths: readonly (readonly PathStep[])[] }
  | {
      readonly kind: 'filter';
      readonly left: readonly PathStep[];
      readonly operator: string;
      readonly right: readonly PathStep[];
    };

/** Error in a path's grammar; names the position, not the content of an object. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

const FIELD = /^(?:\\.|[^\s.,[\]$@{}\\])*/;
const NUMBER = /^[+-]?\d[\d.]*/;
const WORD = /^[\p{L}\p{N}_]+/u;
const QUOTED = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/;
const FILTER = /^\[\?\(((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^)"'])*)\)\]/;
const COMPARISON = /^([^!<>=]+)([!<>=]+)(.+)$/;
const BRACKETS = /^\[([^\]]*)\]/;
const SLICE = /^(-?\d*)(?::(-?\d*))?(?::(-?\d*))?$/;

interface Taken {
  readonly step: PathStep | undefined;
  readonly length: number;
}

function optionalNumber(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text);
}

function parseIndex(text: string): PathStep {
  const key = /^'([^']*)'$/.exec(text)?.[1];
  if (key !== undefined) return { kind: 'field', name: key.replaceAll('\\', '') };
  const [, first, second, third] = SLICE.exec(text === '*' ? ':' : text) ?? [];
  if (first === undefined) throw new JsonPathError(`invalid array index ${text}`);
  const start = optionalNumber(first);
  if (second === undefined) {
    if (start === undefined) throw new JsonPathError(`invalid array index ${text}`);
    return { kind: 'index', index: start };
  }
  const end = optionalNumber(second);
  const step = optionalNumber(third);
  return {
    kind: 'slice',
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(step === undefined ? {} : { step }),
  };
}

function takeBrackets(rest: string): Taken {
  const filter = FILTER.exec(rest);
  if (filter !== null) {
    const text = filter[1] ?? '';
    const [, left, operator, right] = COMPARISON.exec(text) ?? [];
    const step: PathStep = {
      kind: 'filter',
      left: parseJsonPath(left ?? text),
      operator: operator ?? 'exists',
      right: parseJsonPath(right ?? ''),
    };
    return { step, length: filter[0].length };
  }
  const [whole, inside] = BRACKETS.exec(rest) ?? [];
  if (whole === undefined || inside === undefined || rest.startsWith('[?(')) {
    throw new JsonPathError('unterminated array');
  }
  const parts = inside.split(',').map((part) => part.trim());
  if (parts.length === 1) return { step: parseIndex(inside), length: whole.length };
  const paths = parts.map((part) => [parseIndex(part)]);
  return { step: { kind: 'union', paths }, length: whole.length };
}

function fieldStep(escaped: string): PathStep {
  if (escaped === '*') return { kind: 'wildcard' };
  return { kind: 'field', name: escaped.replaceAll('\\', '') };
}

function takeDot(rest: string, previous: PathStep | undefined): Taken {
  if (rest.startsWith('..')) {
    if (previous?.kind === 'recursive')
      throw new JsonPathError('invalid multiple recursive descent');
    return { step: { kind: 'recursive' }, length: 2 };
  }
  const [name = ''] = FIELD.exec(rest.slice(1)) ?? [];
  return { step: fieldStep(name), length: 1 + name.length };
}

function literal(value: string | number | boolean, length: number): Taken {
  return { step: { kind: 'literal', value }, length };
}

function takeWord(rest: string, previous: PathStep | undefined): Taken {
  const word = WORD.exec(rest)?.[0] ?? '';
  if (word !== '' && previous?.kind === 'recursive') {
    const [name = ''] = FIELD.exec(rest) ?? [];
    return { step: fieldStep(name), length: name.length };
  }
  if (word === 'true' || word === 'false') return literal(word === 'true', word.length);
  throw new JsonPathError(`unrecognized character in action: ${rest.charAt(0)}`);
}

/** Takes a literal in a position without dot or bracket: a number, quoted text or a word. */
function takeLiteral(rest: string, previous: PathStep | undefined): Taken {
  const number = NUMBER.exec(rest)?.[0];
  if (number !== undefined) {
    if (Number.isNaN(Number(number))) throw new JsonPathError(`cannot parse number ${number}`);
    return literal(Number(number), number.length);
  }
  const [whole, double, single] = QUOTED.exec(rest) ?? [];
  if (whole === undefined) return takeWord(rest, previous);
  return literal((double ?? single ?? '').replaceAll(/\\(.)/g, '$1'), whole.length);
}

/**
 * Parses the content of a JSONPath template in `additionalPrinterColumns`. Throws JsonPathError.
 * https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
export function parseJsonPath(text: string): readonly PathStep[] {
  const steps: PathStep[] = [];
  let rest = text;
  while (rest !== '') {
    const first = rest.charAt(0);
    let taken: Taken;
    if (first === ' ' || first === '@' || first === '$') taken = { step: undefined, length: 1 };
    else if (first === '[') taken = takeBrackets(rest);
    else if (first === '.') taken = takeDot(rest, steps.at(-1));
    else taken = takeLiteral(rest, steps.at(-1));
    if (taken.step !== undefined) steps.push(taken.step);
    rest = rest.slice(taken.length);
  }
  return steps;
}
