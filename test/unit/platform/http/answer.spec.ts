import { expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { revealed, revealedBytes } from '../../../../src/platform/http/answer.js';

const etag = '"u.1"';

it('values that the caller has already are 304, with their validator only', () => {
  const answer = { status: 304, headers: { etag } };
  expect(revealed({ etag, content: undefined })).toEqual(answer);
  expect(revealedBytes({ etag, content: undefined })).toEqual(answer);
});

it.each([
  ['text', Buffer.from('horse'), 'text/plain; charset=utf-8'],
  ['other bytes', Buffer.from([0xff, 0x00]), 'application/octet-stream'],
])('one value is answered as its bytes: %s', (_name, bytes, mediaType) => {
  expect(revealedBytes({ etag, content: SecretValue.fromBytes(bytes) })).toEqual({
    status: 200,
    headers: { etag, 'content-type': mediaType },
    body: bytes,
  });
});
