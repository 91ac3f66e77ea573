import { expect, it } from 'vitest';
import { SecretValue } from '../../../../../src/core/secret-value.js';
import { valueTexts } from '../../../../../src/secrets/domain/values/value-texts.js';

it('a value is text, or base64 if its bytes are no text', () => {
  const data = new Map([
    ['seal', SecretValue.fromBytes(Buffer.from([0, 255]))],
    ['host', SecretValue.fromBytes(Buffer.from('db.pay'))],
  ]);
  expect(valueTexts(data)).toEqual([
    { key: 'host', text: 'db.pay', base64: null },
    { key: 'seal', text: null, base64: 'AP8=' },
  ]);
});
