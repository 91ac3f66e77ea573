import { UsageError } from '../command.js';
import { goJson } from './go-json.js';

/** Step of a path. */
export type JsonPathStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' };

type Steps = readonly JsonPathStep[];

/** Part of an expression: a text, a path, or a part that repeats for each value of a path. */
export type JsonPathPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly isOfRoot: boolean; readonly steps: Steps }
  | {
      readonly kind: 'range';
      readonly isOfRoot: boolean;
      readonly steps: Steps;
      readonly body: readonly JsonPathPart[];
    };

const CHARACTERS_MAX = 10_000;
const PIECE = /[^{]+|\{((?:[^'"{}]|'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*")*)\}|[^]/gy;
const STEP = /\.?\[(?:\*|(-?\d{1,9})|'((?:[^'\\]|\\[^])*)')\]|\.\*|\.((?:[\w/-]|\\[^])+)/gy;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/**
 * Parses an expression in the dialect of kubectl: fields, indices, `*`, `range` and texts. Throws
 * UsageError for all else, such as filters: no expression gives another result than in kubectl.
 * https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
export function parseJsonPath(expression: string): readonly JsonPathPart[] {
  if (expression.length > CHARACTERS_MAX) {
    throw new UsageError(`an expression has at most ${CHARACTERS_MAX} characters`);
  }
  if (!expression.includes('{')) {
    throw new UsageError("an expression is in braces, such as jsonpath='{.data.password}'");
  }
  const pieces = [...expression.matchAll(PIECE)];
  return partsUntilEnd(pieces, false);
}

/** Takes the pieces up to the end of a range, or of the expression. */
function partsUntilEnd(pieces: RegExpMatchArray[], isRange: boolean): readonly JsonPathPart[] {
  const parts: JsonPathPart[] = [];
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
    const [whole, inside] = piece;
    const action = inside?.trim();
    if (whole === '{') throw new UsageError('a brace of the expression has no end');
    if (action === undefined) {
      parts.push({ kind: 'text', text: whole });
    } else if (action === 'end') {
      if (!isRange) throw new UsageError('the expression has an {end} without a {range}');
      return parts;
    } else if (/^range\s/.test(action)) {
      const path = pathOf(action.slice('range'.length).trim());
      parts.push({ ...path, kind: 'range', body: partsUntilEnd(pieces, true) });
    } else {
      parts.push(partOf(action));
    }
  }
  if (isRange) throw new UsageError('the expression has a {range} without an {end}');
  return parts;
}

function partOf(action: string): JsonPathPart {
  const [, quote] = /^(["'])[^]*\1$/.exec(action) ?? [];
  if (quote === undefined) return { ...pathOf(action), kind: 'path' };
  const text = action.slice(1, -1).replaceAll(/\\([^])/g, (_escape, character: string) => {
    const replaced = escapes[character] ?? (/[\\'"]/.test(character) ? character : undefined);
    if (replaced === undefined) throw unknown(action);
    return replaced;
  });
  return { kind: 'text', text };
}

function pathOf(text: string): { readonly isOfRoot: boolean; readonly steps: Steps } {
  const [start = ''] = /^[@$]?/.exec(text) ?? [];
  const isOfRoot = start === '$';
  const rest = text.slice(start.length);
  if (rest === '' || rest === '.') return { isOfRoot, steps: [] };
  let length = 0;
  const steps = [...rest.matchAll(STEP)].map((match) => {
    length += match[0].length;
    return stepOf(match, text);
  });
  if (length !== rest.length) throw unknown(text);
  return { isOfRoot, steps };
}

function stepOf([, index, quoted, field]: RegExpMatchArray, text: string): JsonPathStep {
  if (index !== undefined) return { kind: 'index', index: Number(index) };
  const name = quoted ?? field;
  if (name === undefined) return { kind: 'all' };
  // kubectl takes a bare dot in quotes for the beginning of another field.
  if (quoted !== undefined && /(^|[^\\])\./.test(quoted)) {
    throw new UsageError(`write a dot in a name as \\. in ${text}`);
  }
  return { kind: 'field', name: name.replaceAll(/\\([^])/g, '$1') };
}

function unknown(text: string): UsageError {
  return new UsageError(
    `the expression {${text}} is not supported: use fields, indices, * and range, or -o json`,
  );
}

/** Returns the text of an expression for an object. */
export function jsonPathText(parts: readonly JsonPathPart[], root: unknown): string {
  return textOf(parts, { root, current: root });
}

interface Place {
  readonly root: unknown;
  readonly current: unknown;
}

function textOf(parts: readonly JsonPathPart[], place: Place): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      const values = valuesAt(part.steps, part.isOfRoot ? place.root : place.current);
      if (part.kind === 'path') return values.map(printed).join(' ');
      return values.map((current) => textOf(part.body, { ...place, current })).join('');
    })
    .join('');
}

function valuesAt(steps: Steps, start: unknown): readonly unknown[] {
  return steps.reduce<readonly unknown[]>(
    (values, step) => {
      return values.flatMap((value) => stepFrom(value, step));
    },
    [start],
  );
}

/** Returns the values of a step; none for a field that does not exist, as kubectl does. */
function stepFrom(value: unknown, step: JsonPathStep): readonly unknown[] {
  if (Array.isArray(value)) return itemsOf(value, step);
  if (step.kind === 'index') throw new UsageError('the expression has an index of what is no list');
  if (typeof value !== 'object' || value === null) return [];
  const members = new Map<string, unknown>(Object.entries(value));
  if (step.kind === 'field') return members.has(step.name) ? [members.get(step.name)] : [];
  return [...members].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
}

function itemsOf(items: readonly unknown[], step: JsonPathStep): readonly unknown[] {
  if (step.kind === 'all') return items;
  if (step.kind === 'field') return [];
  const found = items.at(step.index);
  if (found === undefined) throw new UsageError(`a list of the Secret has no item ${step.index}`);
  return [found];
}

function printed(value: unknown): string {
  return typeof value === 'string' ? value : goJson(value);
}
