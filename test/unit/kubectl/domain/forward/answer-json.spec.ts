import { expect, test } from 'vitest';
import {
  answerBytes,
  parseAnswer,
  unexpectedAnswer,
} from '../../../../../src/kubectl/domain/forward/answer-json.js';
import { marker, refusal } from '../../../secrets/domain/secret.builder.js';

test('an unexpected answer is 503, with its reason for operators alone', () => {
  const error = unexpectedAnswer('a reason');
  expect([error.code, error.message]).toEqual([
    'Unavailable',
    'the cluster gave an unexpected answer',
  ]);
  expect(error.internal).toBe('a reason');
});

test('an answer that is not JSON is refused, and no byte of it is told', () => {
  const { code } = refusal(() => parseAnswer(Buffer.from(`{"data":{"password":"${marker}"`)));
  expect(code).toBe('Unavailable');
  expect(refusal(() => parseAnswer(Buffer.from(marker))).code).toBe('Unavailable');
  expect(refusal(() => parseAnswer(Buffer.alloc(0))).code).toBe('Unavailable');
});

test('what is written can be read, and is one line', () => {
  const document = JSON.parse('{"__proto__":{"a":"é\\n"},"b":[1,null]}') as unknown;
  const bytes = answerBytes(document);
  expect(bytes.toString()).toBe('{"__proto__":{"a":"é\\n"},"b":[1,null]}\n');
  expect(parseAnswer(bytes)).toEqual(document);
});
