import { expect, it } from 'vitest';
import { SecretValue } from '../../../../../src/core/secret-value.js';
import { renderValues } from '../../../../../src/secrets/domain/values/render-values.js';

const entry = (name: string, values: Readonly<Record<string, string>>) => ({
  name,
  data: new Map(
    Object.entries(values).map(([key, text]) => [key, SecretValue.fromBytes(Buffer.from(text))]),
  ),
});
const rendered = (form: Parameters<typeof renderValues>[0]) => {
  const { body, mediaType } = renderValues(form)([entry('db', { user: 'app' })]);
  return [body.revealText(), mediaType];
};

it('values are JSON by Secret and key, or one file in a format', () => {
  expect(rendered({})).toEqual(['{"db":{"user":"app"}}', 'application/json; charset=utf-8']);
  expect(rendered({ encoding: 'base64' })[0]).toBe('{"db":{"user":"YXBw"}}');
  expect(rendered({ format: 'yaml' })[1]).toBe('application/yaml');
  expect(rendered({ format: 'env', names: 'upper' })[0]).toContain('USER=');
});

it('two Secrets with one key do not fit one file', () => {
  const entries = [entry('db', { user: 'app' }), entry('mail', { user: 'other' })];
  expect(() => renderValues({ format: 'env' })(entries)).toThrow('stands in');
});
