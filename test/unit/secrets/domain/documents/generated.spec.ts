import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse as parseYaml, stringify } from 'yaml';
import { SallyportError } from '../../../../../src/core/errors/sallyport-error.js';
import { escapeSegment } from '../../../../../src/secrets/domain/json-pointer.js';
import { scaled } from '../../../../support/scale.js';
import { found, json, put, removed } from './document.builder.js';

const RUNS = scaled(20_000, 500);
const parse = (text: string | undefined) => JSON.parse(text ?? '') as unknown;
const name = fc.string({ minLength: 1, maxLength: 4, unit: 'grapheme' });
const { value: documents } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string({ maxLength: 6, unit: 'grapheme' }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

/** Path to a member that there is, chosen by numbers. */
function pathIn(value: unknown, choices: readonly number[]): readonly string[] {
  const [choice = 0, ...rest] = choices;
  if (typeof value !== 'object' || value === null || choices.length === 0) return [];
  const names = Object.keys(value);
  const chosen = names[choice % Math.max(names.length, 1)];
  if (chosen === undefined) return [];
  return [chosen, ...pathIn((value as Record<string, unknown>)[chosen], rest)];
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((one, token) => (one as Record<string, unknown>)[token], value);
}

function changed(value: unknown, path: readonly string[], change: (owner: object) => void) {
  const copy = structuredClone(value);
  change(at(copy, path.slice(0, -1)) as object);
  return copy;
}

const pointerOf = (path: readonly string[]) =>
  path.map((token) => `/${escapeSegment(token)}`).join('');

const cases = fc
  .tuple(documents, fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }), documents)
  .map(([document, choices, value]) => ({ document, path: pathIn(document, choices), value }))
  .filter(({ path }) => path.length > 0);

const syntaxes = [
  ['a.json', (value: unknown) => JSON.stringify(value, null, 2)],
  ['a.json', (value: unknown) => JSON.stringify(value)],
  ['a.yaml', (value: unknown) => stringify(value)],
] as const;

const readWhole = (key: string, text: string | undefined): unknown =>
  key === 'a.json' ? parse(text) : parseYaml(text ?? '');

it.each(syntaxes)('a member of any %s is found, replaced and removed alone', (key, write) => {
  fc.assert(
    fc.property(cases, ({ document, path, value }) => {
      const text = write(document);
      const pointer = pointerOf(path);
      const last = path.at(-1) ?? '';
      try {
        const [member, isString] = found(key, text, pointer);
        expect(isString ? member : parse(member)).toEqual(at(document, path));
        const after = put(key, text, pointer, json(value));
        const [written, isNowString] = found(key, after ?? '', pointer);
        expect(isNowString ? written : parse(written)).toEqual(value);
        const full = changed(document, path, (owner) => Reflect.set(owner, last, value));
        expect(readWhole(key, after)).toEqual(full);
        if (key === 'a.yaml') return;
        const without = removed(key, after ?? '', pointer);
        const less = changed(document, path, (owner) => {
          if (Array.isArray(owner)) owner.splice(Number(last), 1);
          else Reflect.deleteProperty(owner, last);
        });
        expect(readWhole(key, without)).toEqual(less);
      } catch (error) {
        // A refusal is allowed for YAML, as long as it says so.
        if (key === 'a.json' || !(error instanceof SallyportError)) throw error;
        expect(error.code).toBe('Invalid');
      }
    }),
    { numRuns: RUNS, seed: 20_261_201 },
  );
});
