import { expect, it } from 'vitest';
import { formatTlogProof, parseTlogProof } from '../../../../../src/audit/log/domain/tlog-proof.js';
import { someLeaves } from './reference-tree.js';

const proof = {
  index: 73_894,
  hashes: someLeaves(2).map((hash) => Buffer.from(hash)),
  checkpoint: 'example.com/log\n109482\nAAAA\n\n— example.com/log hI2DJw==\n',
};

it('is written as in the specification, and read back', () => {
  const text = formatTlogProof(proof);
  const [one = '', two = ''] = proof.hashes.map((hash) => hash.toString('base64'));
  expect(text).toBe(`c2sp.org/tlog-proof@v1\nindex 73894\n${one}\n${two}\n\n${proof.checkpoint}`);
  expect(parseTlogProof(text)).toEqual(proof);
  expect(parseTlogProof(text.replace('index', 'extra YQ==\nindex'))).toEqual(proof);
  const alone = formatTlogProof({ ...proof, hashes: [] });
  expect(parseTlogProof(alone)).toEqual({ ...proof, hashes: [] });
});

it.each([
  ['another version', formatTlogProof(proof).replace('@v1', '@v2')],
  ['an index with zeros', formatTlogProof(proof).replace('index ', 'index 0')],
  ['no index', formatTlogProof(proof).replace('index 73894\n', '')],
  ['a short hash', formatTlogProof({ ...proof, hashes: [Buffer.alloc(31)] })],
  ['no end', 'c2sp.org/tlog-proof@v1\nindex 1\n'],
])('is none with %s', (_what, text) => {
  expect(parseTlogProof(text)).toBeUndefined();
});
