import { expect, it } from 'vitest';
import { environmentTag, knownTags } from '../../../../src/environments/domain/environment-tag.js';

const tags = { definitions: ['"a.1"'], secrets: '"s1"', imports: ['"i1"', '"i2"'] };

it('is one validator that changes with each part', () => {
  const all = [
    tags,
    { ...tags, definitions: ['"a.2"'] },
    { ...tags, secrets: '"s2"' },
    { ...tags, secrets: undefined },
    { ...tags, imports: ['"i1"', '"i3"'] },
  ].map(environmentTag);
  expect(new Set(all).size).toBe(all.length);
  expect(all.every((tag) => /^"[\w.-]+"$/.test(tag))).toBe(true);
});

it('has the validators of its parts', () => {
  const tag = environmentTag(tags);
  expect(knownTags([tag, '"other"'], 2)).toEqual({
    secrets: ['"s1"'],
    imports: [['"i1"'], ['"i2"']],
  });
  expect(knownTags([tag], 1)).toEqual({ secrets: [], imports: [[]] });
  expect(knownTags('*', 1)).toEqual({ secrets: [], imports: [[]] });
});
