import { expect, it } from 'vitest';
import { formatLogKeys, parseLogKeys } from '../../../../../src/audit/log/domain/log-keys.js';
import { generateSignerKey, parseSignerKey } from '../../../../../src/audit/log/domain/note-key.js';

const [old = '', next = '', foreign = ''] = ['a.example', 'a.example', 'b.example'].map((name) =>
  generateSignerKey(name),
);
const vkeyOf = (signerKey: string) => parseSignerKey(signerKey)?.verifier.vkey;

it('keeps what verifies of a former key, and what signs of the one in use', () => {
  const former = parseLogKeys(formatLogKeys([], old))?.verifiers ?? [];
  const text = formatLogKeys(former, next);
  expect(text).not.toContain(old);
  const keys = parseLogKeys(text);
  expect(keys?.verifiers.map(({ vkey }) => vkey)).toEqual([vkeyOf(old), vkeyOf(next)]);
  expect(keys?.signer.verifier.vkey).toBe(vkeyOf(next));
});

it.each([
  ['nothing', ''],
  ['no private key', `${vkeyOf(old)}\n`],
  ['two private keys', `${old}\n${next}\n`],
  ['a former key of another log', `${vkeyOf(foreign)}\n${next}\n`],
  ['the private key first', `${next}\n${vkeyOf(old)}\n`],
  ['half a key', next.slice(0, -5)],
])('takes no file with %s', (_what, text) => {
  expect(parseLogKeys(text)).toBeUndefined();
});
