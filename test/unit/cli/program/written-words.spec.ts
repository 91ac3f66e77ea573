import { expect, it } from 'vitest';
import { definitions } from '../../../../src/cli/program/definitions.js';
import { writtenWords } from '../../../../src/cli/program/written-words.js';

it.each([
  ['get', ['db'], { name: 'db' }],
  ['key', ['pay/db', 'user'], { namespace: 'pay', name: 'db', key: 'user' }],
  ['copy', ['pay/db', 'other'], {}],
  ['set', ['db', 'password=hunter2'], { name: 'db' }],
  ['token revoke', ['an-id'], { id: 'an-id' }],
  ['can-i', [], {}],
  ['list', [], {}],
])('%s with %j has the words %j', (words, args, expected) => {
  const definition = definitions.find((one) => one.words === words);
  expect(definition && writtenWords(definition, args)).toEqual(expected);
});
