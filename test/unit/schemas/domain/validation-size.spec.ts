import { expect, it } from 'vitest';
import { schemaLimits } from '../../../../src/core/schema-limits.js';
import { refuseLongTexts } from '../../../../src/schemas/domain/validation-size.js';

const half = 'x'.repeat(schemaLimits.validationBytesMax / 2 - 1);

it('texts of a validation may be as long as a body of REST, all together', () => {
  expect(() => refuseLongTexts(undefined, { a: half }, { b: half })).not.toThrow();
});

it('longer texts are refused before they are checked', () => {
  expect(() => refuseLongTexts({ a: half }, { b: half }, { c: '' })).toThrow(
    expect.objectContaining({ code: 'TooLarge' }) as Error,
  );
});
