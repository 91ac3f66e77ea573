import { expect, it } from 'vitest';
import { KeyMember } from '../../../../../src/secrets/domain/documents/key-member.js';
import { storedSecret } from '../secret.builder.js';
import { of } from './document.builder.js';

const place = { key: 'a.json', pointer: '/db/password' };
const secret = storedSecret({ data: new Map([['a.json', of('{"db":{"password":"pass"}}')]]) });

it('a member is rendered from the document of its key', () => {
  const { value, isString } = new KeyMember(place).render(secret);
  expect([value.revealText(), isString]).toEqual(['pass', true]);
});

it('a key and a member that are absent are not found', () => {
  const render = (other: object) => new KeyMember({ ...place, ...other }).render(secret);
  expect(() => render({ key: 'b.json' })).toThrow(/key "b.json" of secrets .* not found/);
  expect(() => render({ pointer: '/db/user' })).toThrow(/pointer "\/db\/user" .* not found/);
});

it('two places have two ids', () => {
  const ids = [place, { ...place, pointer: '/db' }, { key: 'b.json', pointer: '/db' }];
  expect(new Set(ids.map((one) => new KeyMember(one).id)).size).toBe(3);
});

it('is not cached: a document can have more members than a cache', () => {
  expect(new KeyMember(place).sizeBytes()).toBe(Infinity);
});
