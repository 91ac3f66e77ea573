import { expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { SecretContents } from '../../../../src/schemas/domain/secret-contents.js';
import { values } from '../../secrets/domain/secret.builder.js';

const binary = SecretValue.fromBytes(Buffer.from([0xff, 0xfe]));

it('has texts of keys that are UTF-8', () => {
  const data = new Map([...values({ password: 'pw' }), ['blob', binary], ['__proto__', binary]]);
  const contents = new SecretContents(data);
  expect(contents.texts()).toEqual({ password: 'pw' });
  expect(contents.get('blob')).toMatchObject({ text: undefined });
  expect(contents.get('absent')).toBeUndefined();
});

it.each([
  [['password', 'absent'], true],
  [['password', 'blob'], false],
  [undefined, false],
])('tells whether the keys %j are texts', (keys, areTexts) => {
  const contents = new SecretContents(new Map([...values({ password: 'pw' }), ['blob', binary]]));
  expect(contents.areTexts(keys)).toBe(areTexts);
});

it('has a key of any name as a member', () => {
  const contents = new SecretContents(values({ ['__proto__']: 'x' }));
  expect(Object.entries(contents.texts())).toEqual([['__proto__', 'x']]);
});

it('decodes each key once, however many rules read all of them', () => {
  const contents = new SecretContents(values({ a: 'x', b: 'y' }));
  expect(contents.texts()).toBe(contents.texts());
});
