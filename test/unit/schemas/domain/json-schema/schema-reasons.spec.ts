import { expect, it } from 'vitest';
import { reasonsOf } from '../../../../../src/schemas/domain/json-schema/schema-reasons.js';

const error = (keyword: string, keywordLocation: string, text = '') => ({
  keyword,
  keywordLocation,
  instanceLocation: '#/hidden',
  error: text,
});

it('leaves out what only leads to a reason, and says each once', () => {
  const schema = { properties: { a: { minLength: 3 } } };
  const own = error('minLength', '#/properties/a/minLength');
  expect(reasonsOf(schema, [error('properties', '#/properties'), own, own])).toEqual([
    'must have minLength 3 at /properties/a of its schema',
  ]);
});

it('always has a reason', () => {
  expect(reasonsOf({ allOf: [] }, [error('allOf', '#/allOf')])).toEqual([
    'does not match its schema',
  ]);
  expect(reasonsOf(true, [])).toEqual([]);
});

it('shows no long value of the schema', () => {
  const schema = { const: 'x'.repeat(500) };
  expect(reasonsOf(schema, [error('const', '#/const')])).toEqual(['breaks const']);
});

it('follows references to the value of a keyword', () => {
  const schema = { $defs: { a: { maximum: 5 } }, $ref: '#/$defs/a' };
  expect(reasonsOf(schema, [error('maximum', '#/$ref/maximum')])).toEqual(['must have maximum 5']);
});

/** Errors that count how often their members are read. */
function counted(count: number, errorOf: (index: number) => ReturnType<typeof error>) {
  const reads = { locations: 0, errors: 0 };
  const errors = Array.from({ length: count }, (_, index) => {
    const { keywordLocation, error: text, ...rest } = errorOf(index);
    return {
      ...rest,
      get keywordLocation() {
        reads.locations += 1;
        return keywordLocation;
      },
      get error() {
        reads.errors += 1;
        return text;
      },
    };
  });
  return { errors, reads };
}

it('names the missing members, and reads no further error once there are enough reasons', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `k${index}`);
  const missing = (index: number) =>
    error('required', '#/required', `Instance does not have required property "${names[index]}".`);
  const { errors, reads } = counted(1_000, missing);
  const reasons = reasonsOf({ required: names }, errors);
  expect(reasons).toEqual(names.slice(0, 8).map((name) => `must have ${name}`));
  expect(reads.errors).toBeLessThan(50);
});

it('quotes no name that the schema does not have', () => {
  const found = error('required', '#/required', 'has no "other".');
  expect(reasonsOf({ required: ['a'] }, [found])).toEqual(['must have all required members']);
});

it('leaves out the errors of alternatives, and reads each error a few times', () => {
  const count = 2_000;
  const { errors, reads } = counted(count, (index) =>
    index < count / 2
      ? error('anyOf', `#/allOf/${index}/anyOf`)
      : error('type', `#/allOf/${index - count / 2}/anyOf/0/type`),
  );
  expect(reasonsOf({ allOf: [] }, errors)).toEqual(['breaks anyOf']);
  expect(reads.locations).toBeLessThan(10 * count);
});

it('reads a bounded number of locations in the schema', () => {
  const { errors, reads } = counted(10_000, (index) => error('not', `#/allOf/${index}/not`));
  expect(reasonsOf({ allOf: [] }, errors)).toEqual(['breaks not']);
  expect(reads.locations).toBeLessThan(21_000);
});
